// Measures the shipped pipeline as it is: the whole loop from cold, a second month, and a run that has nothing to do,
// beside `dvc repro` over the same stages with the same files and params, in the same run and by turns.
// npm run bench -- bench/pipeline.ts
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { linkPackages } from '../test/link-packages.ts'

const PLACE = join(process.cwd(), 'node_modules', '.cache', 'bench')
const PROJECT = [
  ...['build', 'data', 'packages', 'serve', 'stages'],
  ...['package.json', 'package-lock.json', 'params.yaml', 'pipeline.yaml', 'tsconfig.json'],
]
const COLD_REPEATS = 3
const IDLE_REPEATS = 7
const COLD_GOAL_SECONDS = 30

/** What `weir run --json` tells of a stage. */
interface Ran {
  readonly name: string
  readonly seconds: number
}

/** What `weir explain --json` tells of a stage's key. */
interface Explained {
  readonly document: {
    readonly deps: Readonly<Record<string, string>>
    readonly outs: readonly string[]
    readonly params: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  }
}

mkdirSync(PLACE, { recursive: true })
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`)
const project = coldLoop()
secondMonth(project)
idle(project)
rmSync(project, { recursive: true, force: true })

/** From a fresh clone to a model in Production, some times; leaves the last project. */
function coldLoop(): string {
  const folders = Array.from({ length: COLD_REPEATS }, fresh)
  // The launcher bundles the program once for each state of its sources; that is no part of a loop.
  weir(folders[0] ?? '', 'status')
  const times = folders.map((folder) => timed(() => weir(folder, 'run', '--until', 'promote')))
  console.log('\nthe whole loop from cold, 7,043 users, simulate to promote')
  say('median', median(times))
  say('slowest', Math.max(...times))
  say('of the 30 s allowed', Math.max(...times) / COLD_GOAL_SECONDS, '')
  const [last = '', ...others] = folders.reverse()
  for (const folder of others) rmSync(folder, { recursive: true, force: true })
  return last
}

function secondMonth(folder: string): void {
  let stages: readonly Ran[] = []
  const seconds = timed(() => {
    const { stdout } = weir(folder, 'run', '--json', '-S', 'as_of=2024-02-29')
    stages = (JSON.parse(stdout) as { stages: Ran[] }).stages
  })
  console.log('\nthe second month: drift, retraining, promotion')
  say('all', seconds)
  for (const stage of stages) say(`  ${stage.name}`, stage.seconds)
}

/** Nothing to do: the shipped pipeline, and the same files and params under DVC. */
function idle(folder: string): void {
  const theirs = spawnSync('dvc', ['--version']).status === 0 ? dvcTwin(folder) : undefined
  const actions = [
    () => void weir(folder, 'run', '--json'),
    ...(theirs === undefined ? [] : [() => void must('dvc', ['repro', '--quiet'], theirs)]),
  ]
  const times = actions.map((): number[] => [])
  for (let repeat = 0; repeat < IDLE_REPEATS; repeat++)
    for (const [index, action] of actions.entries()) times[index]?.push(timed(action))
  const [ours = 0, dvc] = times.map(median)
  console.log('\nnothing to do, the pipeline as it ships')
  say('weir', ours)
  if (dvc === undefined) {
    console.log('  dvc is not on the PATH: its side is left out (pip install dvc)')
    return
  }
  say('dvc repro', dvc)
  say('weir / dvc (goal: at most 0.2)', ours / dvc, '')
  rmSync(theirs ?? '', { recursive: true, force: true })
}

/** A DVC project whose stages have the same params, dependencies and outputs; each copies what ours had made. */
function dvcTwin(folder: string): string {
  const twin = mkdtempSync(join(PLACE, 'dvc-'))
  for (const path of ['data', 'params.yaml']) copy(folder, twin, path)
  for (const path of ['simulated', 'artifacts', 'reports']) copy(folder, join(twin, 'made'), path)
  const { stages } = JSON.parse(weir(folder, 'dag', '--json').stdout) as { stages: Ran[] }
  const entries = stages.map(({ name }) => {
    const explained = weir(folder, 'explain', name, '--json').stdout
    return `  ${name}: ${JSON.stringify(dvcStage(JSON.parse(explained) as Explained))}\n`
  })
  writeFileSync(join(twin, 'dvc.yaml'), `stages:\n${entries.join('')}`)
  must('dvc', ['init', '--no-scm', '--quiet'], twin)
  must('dvc', ['config', 'core.analytics', 'false'], twin)
  must('dvc', ['repro', '--quiet'], twin)
  return twin
}

/** References to the registry have no counterpart in DVC and are left out, which spares it their work. */
function dvcStage({ document }: Explained): object {
  const isFile = (path: string) => !path.includes('://')
  const outs = document.outs.filter(isFile)
  return {
    cmd: outs.map((out) => `mkdir -p $(dirname ${out}) && cp -r made/${out} ${out}`),
    deps: Object.keys(document.deps).filter(isFile),
    params: Object.keys(document.params['params.yaml'] ?? {}),
    outs,
  }
}

function fresh(): string {
  const folder = mkdtempSync(join(PLACE, 'churn-'))
  for (const path of PROJECT) copy(process.cwd(), folder, path)
  linkPackages(process.cwd(), folder, ['.cache'])
  return folder
}

function copy(from: string, to: string, path: string): void {
  cpSync(join(from, path), join(to, path), { recursive: true })
}

function weir(folder: string, ...args: readonly string[]): { stdout: string } {
  return must(
    process.execPath,
    [join(process.cwd(), 'packages', 'runner', 'bin', 'weir.js'), ...args],
    folder,
  )
}

function must(program: string, args: readonly string[], cwd: string): { stdout: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${status}: ${stderr}`)
  return { stdout }
}

function timed(action: () => void): number {
  const started = performance.now()
  action()
  return (performance.now() - started) / 1000
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0
}

function say(name: string, value: number, unit = 's'): void {
  console.log(`  ${name.padEnd(32)} ${value.toFixed(3).padStart(8)} ${unit}`)
}
