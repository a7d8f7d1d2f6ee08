// A time as people read it.

/** `2024-03-01 12:30:05 UTC` of an ISO 8601 time. */
export function secondText(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}
