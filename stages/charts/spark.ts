// Small drawings out of block characters: they fit into a cell of a table and weigh a few bytes.

const BLOCKS = '▁▂▃▄▅▆▇█'

/** One character a value, its height value ÷ most; a space for nothing. */
export function bars(values: readonly number[], most: number): string {
  return values.map((value) => (value > 0 ? block(value / most) : ' ')).join('')
}

/** One character a value between the least and the most of them; a dot where there is none. */
export function line(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const place = (value: number) => (high > low ? (value - low) / (high - low) : 0.5)
  return values.map((value) => (value === null ? '·' : block(place(value)))).join('')
}

function block(height: number): string {
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(height * BLOCKS.length))] ?? ''
}
