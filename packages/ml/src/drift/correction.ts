// Adjusting p-values for there being many of them.

/**
 * Benjamini–Hochberg (1995): the least false-discovery rate at which each hypothesis is rejected,
 * min over j ≥ i of p₍ⱼ₎ · m / j, at most 1, in the order given. As R's `p.adjust(method = "BH")`.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b] - pValues[a])
  const adjusted = new Array<number>(pValues.length)
  let least = 1
  for (const [above, index] of order.entries()) {
    const rank = pValues.length - above
    least = Math.min(least, pValues[index] * (pValues.length / rank))
    adjusted[index] = least
  }
  return adjusted
}
