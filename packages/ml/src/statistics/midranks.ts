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

/** The indices of the values in ascending order of value; equal values in order of index. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i)
  return order.sort((a, b) => values[a] - values[b] || a - b)
}
