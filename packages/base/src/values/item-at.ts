// Reads a list at an index that must be in it, where a missing item would be a bug.

/**
 * The item of a list at an index.
 * @throws RangeError where the list has no such index; a negative one does not count from the end
 */
export function itemAt<T>(items: readonly T[], index: number): T {
  const { length } = items
  if (Number.isInteger(index) && index >= 0 && index < length) return items[index] as T
  throw new RangeError(`there is no item ${index} in a list of ${length}`)
}
