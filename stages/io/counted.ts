// A number with its noun, for lines that people read.

/** `1 period`, `3 periods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
