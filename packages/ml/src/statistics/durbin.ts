// The exact two-sided one-sample Kolmogorov–Smirnov distribution for few draws or a small statistic.

/** A square matrix by rows, times 2^exponent: powers of it leave the range of a double. */
interface Scaled {
  readonly cells: Float64Array
  readonly size: number
  readonly exponent: number
}

const BIG = 2 ** 128

function rescale(cells: Float64Array, size: number, exponent: number): Scaled {
  const middle = cells[((size - 1) / 2) * size + (size - 1) / 2]
  if (middle <= BIG) return { cells, size, exponent }
  return { cells: cells.map((cell) => cell / BIG), size, exponent: exponent + 128 }
}

function multiply(a: Scaled, b: Scaled): Scaled {
  const { size } = a
  const cells = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a.cells[i * size + k]
      if (factor === 0) continue
      for (let j = 0; j < size; j++) {
        cells[i * size + j] += factor * b.cells[k * size + j]
      }
    }
  }
  return rescale(cells, size, a.exponent + b.exponent)
}

/** aⁿ by repeated squaring, n ≥ 1. */
function power(a: Scaled, n: number): Scaled {
  if (n === 1) return a
  const half = power(a, Math.floor(n / 2))
  const square = multiply(half, half)
  return n % 2 === 0 ? square : multiply(square, a)
}

/** The matrix H of Marsaglia, Tsang & Wang, of size 2k − 1, for n·d = k − h. */
function durbinMatrix(k: number, h: number): Scaled {
  const size = 2 * k - 1
  const inverse = [1] // 1 / i!
  for (let i = 1; i <= size; i++) inverse.push(inverse[i - 1] / i)
  const edge = (i: number): number => (1 - h ** i) * inverse[i]
  const corner = (1 - 2 * h ** size + Math.max(0, 2 * h - 1) ** size) * inverse[size]
  const cells = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i === size - 1 && j === 0) cells[i * size + j] = corner
      else if (j === 0) cells[i * size + j] = edge(i + 1)
      else if (i === size - 1) cells[i * size + j] = edge(size - j)
      else if (i - j + 1 >= 0) cells[i * size + j] = inverse[i - j + 1]
    }
  }
  return { cells, size, exponent: 0 }
}

/**
 * P(Dₙ < d), exact, for n ≥ 1 and 0 < d < 1. Cost grows as (n·d)³ log n.
 * Source: Durbin (1968) as computed by Marsaglia, Tsang & Wang (2003), J. Stat. Soft. 8(18).
 */
export function kolmogorovCdfExact(n: number, d: number): number {
  const k = Math.ceil(n * d)
  const raised = power(durbinMatrix(k, k - n * d), n)
  let { exponent } = raised
  let probability = raised.cells[(k - 1) * raised.size + k - 1]
  for (let i = 1; i <= n; i++) {
    probability = (probability * i) / n // times n! / nⁿ
    if (probability < 1 / BIG) {
      probability *= BIG
      exponent -= 128
    }
  }
  return probability * 2 ** exponent
}
