// The lines that show a run in progress: a head, then one line for each running stage.

import { itemAt } from '@weir/base'
import { formatDuration } from '../report/duration.ts'
import type { Progress } from '../report/show.ts'
import { type Paint, plain } from './colour.ts'
import { displayWidth, pad, truncate } from './width.ts'

/** A stage that runs; times in milliseconds of one clock. */
export interface RunningStage {
  readonly name: string
  readonly startedAt: number
  readonly progress?: Progress
}

/** A run in progress: `finished` of `total` stages are done, whatever their outcome. */
export interface ProgressState {
  readonly startedAt: number
  readonly total: number
  readonly finished: number
  readonly failed: number
  readonly running: readonly RunningStage[]
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const FRAME_MS = 100
const MOST_LINES = 12
const WIDEST_NAME = 28
const BAR_WIDTH = 16
const TIME_WIDTH = 12

/** A bar of `width` columns, filled by `share` of 0 to 1. */
function bar(share: number, width: number, paint: Paint): string {
  const whole = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0
  const filled = Math.round(whole * width)
  return paint('cyan', '━'.repeat(filled)) + paint('dim', '─'.repeat(width - filled))
}

/** Whole numbers as they are, others with one decimal. */
function amount(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

function countText({ done, total, unit }: Progress): string {
  const of = total === undefined ? amount(done) : `${amount(done)}/${amount(total)}`
  return unit === undefined ? of : `${of} ${unit}`
}

/** What a stage says of itself: a bar where it knows its total, the count, the note; at most `room` columns. */
function progressText(progress: Progress | undefined, room: number, paint: Paint): string {
  if (progress === undefined) return ''
  const { done, total, note = '' } = progress
  const words = [countText(progress), note].filter((part) => part !== '').join('  ')
  const hasBar = total !== undefined && total > 0 && room >= BAR_WIDTH + 8
  if (!hasBar) return truncate(words, room)
  const drawn = bar(done / total, BAR_WIDTH, paint)
  return `${drawn}  ${truncate(words, room - BAR_WIDTH - 2)}`
}

function stageLine(
  stage: RunningStage,
  nameWidth: number,
  width: number,
  now: number,
  paint: Paint,
): string {
  const elapsed = now - stage.startedAt
  const frame = itemAt(FRAMES, Math.floor(Math.max(0, elapsed) / FRAME_MS) % FRAMES.length)
  const name = pad(stage.name, nameWidth)
  const time = pad(formatDuration(elapsed / 1000), TIME_WIDTH, 'right')
  const used = displayWidth(`${frame} ${name} ${time}  `)
  if (used > width) return truncate(`${frame} ${stage.name}`, width)
  const rest = progressText(stage.progress, width - used, paint)
  return `${paint('cyan', frame)} ${name} ${paint('dim', time)}  ${rest}`.trimEnd()
}

function headLine(state: ProgressState, width: number, now: number, paint: Paint): string {
  const { finished, total, failed, startedAt } = state
  const time = formatDuration((now - startedAt) / 1000)
  const words = `${finished}/${total} stages  ${time}${failed > 0 ? `  ${failed} failed` : ''}`
  if (displayWidth(words) + BAR_WIDTH + 2 > width) return truncate(words, width)
  return `${bar(total === 0 ? 1 : finished / total, BAR_WIDTH, paint)}  ${words}`
}

/**
 * The lines of a run in progress, none wider than `width` columns; `now` in the clock of the state.
 * More than twelve running stages are counted in a last line.
 */
export function renderProgress(
  state: ProgressState,
  width: number,
  now: number,
  paint: Paint = plain,
): string[] {
  const shown = state.running.slice(0, MOST_LINES)
  const widest = Math.max(0, ...shown.map((stage) => displayWidth(stage.name)))
  const nameWidth = Math.min(WIDEST_NAME, widest)
  const lines = shown.map((stage) => stageLine(stage, nameWidth, width, now, paint))
  const left = state.running.length - shown.length
  const more = left > 0 ? [truncate(`  … and ${left} more`, width)] : []
  return [headLine(state, width, now, paint), ...lines, ...more]
}
