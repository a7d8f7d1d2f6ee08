// A length of time as people read it, in the terminal and in the notebook.

/** Seconds as text: `0.04 s`, `7.3 s`, `42 s`, `3 min 05 s`, `2 h 10 min`. Negative lengths count as 0. */
export function formatDuration(seconds: number): string {
  const length = Math.max(0, seconds)
  if (length < 0.1) return `${length.toFixed(2)} s`
  if (length < 9.95) return `${length.toFixed(1)} s`
  const whole = Math.round(length)
  if (whole < 60) return `${whole} s`
  const two = (part: number) => String(part).padStart(2, '0')
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  const minutes = Math.round(length / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}
