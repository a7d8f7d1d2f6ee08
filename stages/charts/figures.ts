// Numbers as people read them.

/** A share as people read it: `24.2 %`. */
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/** A figure of four decimals for people, or null where there is none. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toFixed(4))
}

/** `1 period`, `3 periods`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
