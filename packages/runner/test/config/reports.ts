// Helpers of the configuration's tests: collects problems and says them shortly.
import type { Problem, Report } from '@weir/base'

/** A report with what it was told. */
export function collect(): { report: Report; problems: Problem[] } {
  const problems: Problem[] = []
  return { report: (problem) => problems.push(problem), problems }
}

/** `CODE line:col`, as far as there is a place. */
export function brief({ code, place }: Problem): string {
  const spot = [place?.line, place?.col].filter((part) => part !== undefined).join(':')
  return `${code} ${spot}`.trim()
}
