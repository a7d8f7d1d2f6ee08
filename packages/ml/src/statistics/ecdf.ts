// One walk over two sorted samples together: what the statistics of distribution functions share.

/** Index of the first value after `from` that is greater than `x`. */
function pass(values: Float64Array, from: number, x: number): number {
  let i = from
  while (i < values.length && values[i] <= x) i++
  return i
}

const at = (values: Float64Array, i: number): number => values[i] ?? Number.POSITIVE_INFINITY

/**
 * Visits every distinct value of both samples in ascending order.
 * @param a, b finite values in ascending order
 * @param visit receives how many values of a and of b are at most x, x itself, and the distance to
 *   the next distinct value (0 at the last)
 */
export function walkTogether(
  a: Float64Array,
  b: Float64Array,
  visit: (atMostA: number, atMostB: number, x: number, width: number) => void,
): void {
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    const x = Math.min(at(a, i), at(b, j))
    i = pass(a, i, x)
    j = pass(b, j, x)
    const next = Math.min(at(a, i), at(b, j))
    visit(i, j, x, next === Number.POSITIVE_INFINITY ? 0 : next - x)
  }
}
