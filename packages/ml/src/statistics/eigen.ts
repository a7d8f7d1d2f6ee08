// Eigenvalues and eigenvectors of a small symmetric matrix.

const SWEEPS = 60

/**
 * Jacobi's method of cyclic rotations (Golub & Van Loan, Matrix Computations, section 8.5).
 * @param matrix symmetric, by rows
 * @returns the eigenvalues, and in column k of `vectors` (by rows) the unit vector of the k-th
 */
export function eigenOf(
  matrix: Float64Array,
  size: number,
): { values: Float64Array; vectors: Float64Array } {
  const a = matrix.slice()
  const vectors = new Float64Array(size * size)
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let moved = false
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) moved = rotate(a, vectors, size, p, q) || moved
    }
    if (!moved) break
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i]), vectors }
}

/** Rotates in the plane of p and q until their entry is 0; false where it is already. */
function rotate(a: Float64Array, v: Float64Array, size: number, p: number, q: number): boolean {
  const off = a[p * size + q]
  const [app, aqq] = [a[p * size + p], a[q * size + q]]
  if (Math.abs(off) <= 1e-300 || Math.abs(off) < 1e-18 * (Math.abs(app) + Math.abs(aqq)))
    return false
  const tau = (aqq - app) / (2 * off)
  const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  for (let k = 0; k < size; k++) turn(a, k * size + p, k * size + q, c, s)
  for (let k = 0; k < size; k++) turn(a, p * size + k, q * size + k, c, s)
  for (let k = 0; k < size; k++) turn(v, k * size + p, k * size + q, c, s)
  return true
}

function turn(values: Float64Array, i: number, j: number, c: number, s: number): void {
  const [x, y] = [values[i], values[j]]
  values[i] = c * x - s * y
  values[j] = s * x + c * y
}
