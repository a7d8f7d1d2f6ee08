// Measures commands by turns: the wall clock and the processor time of the whole process tree, medians, and ratios.
import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

/** What a command took, in seconds; `cpu` is user and system time of it and all its children that it waited for. */
export interface Took {
  readonly wall: number
  readonly cpu: number
}

/** A command that is measured. `before` is called each time and is no part of the measure. */
export interface Rival {
  readonly name: string
  readonly command: readonly string[]
  readonly cwd: string
  before?(): void
}

/** bash tells the processor time of what it waited for in milliseconds; node tells only its own. */
const TIMED = `TIMEFORMAT='%3R %3U %3S'; time "$@" > /dev/null`

/** Runs a command to its end; it must succeed. */
export function measure({ command, cwd, before }: Rival): Took {
  before?.()
  const { status, stderr } = spawnSync('bash', ['-c', TIMED, 'bash', ...command], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (status !== 0) throw new Error(`${command.join(' ')} exited with ${status}: ${stderr}`)
  const [wall = 0, user = 0, system = 0] = (stderr.trimEnd().split('\n').at(-1) ?? '')
    .split(' ')
    .map(Number)
  return { wall, cpu: user + system }
}

/** The medians of each rival, measured in turn, so that a busy moment meets all of them. */
export function interleaved(rivals: readonly Rival[], repeats: number): Took[] {
  const all = rivals.map((): Took[] => [])
  for (let repeat = 0; repeat < repeats; repeat++)
    for (const [index, rival] of rivals.entries()) all[index]?.push(measure(rival))
  return all.map((list) => ({
    wall: median(list.map(({ wall }) => wall)),
    cpu: median(list.map(({ cpu }) => cpu)),
  }))
}

/** The upper median. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** What a bench wants of a ratio: the first rival against the second, or how many times faster it is. */
export interface Goal {
  readonly most?: number
  readonly timesFaster?: number
}

/** Measures some rivals and prints each, and the first against each other one, the last of which has the goal. */
export function compare(
  title: string,
  rivals: readonly Rival[],
  repeats: number,
  goal: Goal,
): void {
  const took = interleaved(rivals, repeats)
  console.log(`\n${title} (median of ${repeats})`)
  for (const [index, { name }] of rivals.entries()) say(name, took[index] as Took)
  const [first, ...others] = took
  for (const [index, other] of others.entries())
    sayRatio(`${rivals[0]?.name} / ${rivals[index + 1]?.name}`, first as Took, other, goal)
}

function say(name: string, { wall, cpu }: Took): void {
  console.log(
    `  ${name.padEnd(34)} ${wall.toFixed(3).padStart(8)} s  cpu ${cpu.toFixed(3).padStart(8)} s`,
  )
}

function sayRatio(name: string, ours: Took, theirs: Took, { most, timesFaster }: Goal): void {
  const wall = ours.wall / theirs.wall
  const cpu = ours.cpu / theirs.cpu
  const [a, b] = timesFaster === undefined ? [wall, cpu] : [1 / wall, 1 / cpu]
  const wanted = most !== undefined ? `at most ${most}` : `at least ${timesFaster} times faster`
  const met = most !== undefined ? a <= most : a >= (timesFaster ?? 0)
  const unit = timesFaster === undefined ? ' ' : '×'
  console.log(
    `  ${name.padEnd(34)} ${a.toFixed(2).padStart(8)} ${unit}  cpu ${b.toFixed(2).padStart(8)} ${unit}  goal: ${wanted} (${met ? 'met' : 'missed'})`,
  )
}

/** Says where this is measured. */
export function sayMachine(): void {
  console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`)
}

/** True if a program is on the PATH; says so if not. */
export function has(program: string): boolean {
  const found = spawnSync(program, ['--version']).status === 0
  if (!found) console.log(`${program} is not on the PATH: its sides are left out`)
  return found
}
