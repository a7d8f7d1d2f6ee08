// Ranks with ties shared.

/**
 * The midrank of each value: its place in ascending order from 1, equal values sharing the mean of
 * theirs. As scipy's `rankdata(method="average")`. O(n log n).
 */
export function midranks(values: ArrayLike<number>): Float64Array {
  const n = values.length
  const order = ascending(values)
  const ranks = new Float64Array(n)
  for (let from = 0; from < n; ) {
    let to = from
    const value = values[order[from]]
    while (to < n && values[order[to]] === value) to++
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2
    from = to
  }
  return ranks
}

/**
 * The indices of the values in ascending order of value; equal values in order of index. A merge sort
 * from the bottom up: Uint32Array.sort would call a function for each comparison.
 */
export function ascending(values: ArrayLike<number>): Uint32Array {
  const n = values.length
  let from = Uint32Array.from({ length: n }, (_, i) => i)
  let to = new Uint32Array(n)
  for (let width = 1; width < n; width *= 2) {
    for (let start = 0; start < n; start += 2 * width) merge(values, from, to, start, width)
    ;[from, to] = [to, from]
  }
  return from
}

/** Merges the two runs of at most `width` that begin at `start`. */
function merge(
  values: ArrayLike<number>,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  width: number,
): void {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let [left, right] = [start, middle]
  for (let at = start; at < end; at++) {
    const takesLeft = left < middle && (right >= end || values[from[left]] <= values[from[right]])
    to[at] = takesLeft ? from[left++] : from[right++]
  }
}
