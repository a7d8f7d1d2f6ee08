// Shares that were counted, held against their goals; a goal fails only if Wilson's interval excludes it.
import { wilson } from '@weir/ml/metrics'

/** How often something happened. */
export class Count {
  hits = 0
  n = 0

  add(hit: boolean): void {
    this.n++
    if (hit) this.hits++
  }

  get share(): number {
    return this.hits / this.n
  }
}

export interface Goal {
  /** The share is to be at most, or at least, this. */
  readonly most?: number
  readonly least?: number
}

/** False only where the 95 % interval of the share lies on the wrong side of the goal. */
export function isMet({ hits, n }: Count, { most = 1, least = 0 }: Goal): boolean {
  const { low, high } = wilson(hits, n)
  return low <= most && high >= least
}

const missed: string[] = []

/** Cells of a row: the share, its interval, the goal and whether it is met; a missed one is remembered. */
export function goalCells(what: string, count: Count, goal: Goal): string[] {
  const { low, high } = wilson(count.hits, count.n)
  const wanted =
    goal.most !== undefined
      ? `≤ ${percent(goal.most)}`
      : goal.least !== undefined
        ? `≥ ${percent(goal.least)}`
        : '–'
  const met = isMet(count, goal)
  if (!met) missed.push(`${what}: ${percent(count.share)}, goal ${wanted}`)
  const verdict = wanted === '–' ? '' : met ? ' ✓' : ' **missed**'
  return [`**${percent(count.share)}** (${percent(low)}–${percent(high)})`, `${wanted}${verdict}`]
}

/** The goals that were missed so far. */
export const missedGoals = (): readonly string[] => missed

export function percent(share: number): string {
  if (Number.isNaN(share)) return '–'
  const hundred = 100 * share
  const digits = hundred > 0 && hundred < 10 ? 1 : hundred > 90 && hundred < 100 ? 1 : 0
  return `${hundred.toFixed(digits)} %`
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
