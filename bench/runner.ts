// Measures what the runner costs beside DVC, in one run and as ratios: nothing to do in a pipeline of the shipped
// shape, 200 trivial stages from cold, and 1,000 stages against 10 with nothing to do.
// node bench/run.js runner
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

const WEIR = join(process.cwd(), 'bin', 'weir.js')
const PLACE = join(process.cwd(), 'node_modules', '.cache', 'bench')
const REPEATS = 7

/** A stage of a bench: it copies what it depends on. */
interface Stage {
  readonly name: string
  readonly deps: readonly string[]
}

const hasDvc = spawnSync('dvc', ['--version']).status === 0
mkdirSync(PLACE, { recursive: true })
console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`)
if (!hasDvc) console.log('dvc is not on the PATH: its sides are left out (pip install dvc)')
idleShipped()
cold(200)
idleMany()

/** Nothing to do in a pipeline of the shipped shape; ours once as commands and once as TypeScript cells. */
function idleShipped(): void {
  const stages = shippedShape()
  const ours = [project(stages, 'cmd'), project(stages, 'run')]
  const theirs = hasDvc ? dvcProject(stages) : undefined
  for (const folder of ours) weir(folder)
  if (theirs !== undefined) dvc(theirs)
  const [commands = 0, cells = 0, dvcTime = 0] = interleaved([
    ...ours.map((folder) => () => weir(folder)),
    ...(theirs === undefined ? [] : [() => dvc(theirs)]),
  ])
  report(`nothing to do, the ${stages.length} stages of pipeline.yaml`, [
    ['weir, commands', commands],
    ['weir, cells', cells],
    ...(theirs === undefined ? [] : ([['dvc repro', dvcTime]] as const)),
  ])
  if (theirs !== undefined) ratio('weir, cells / dvc', cells, dvcTime, 'at most 0.2')
  remove(...ours, theirs)
}

/** Trivial shell stages from cold, once each. */
function cold(count: number): void {
  const stages = fan(count)
  const [ours, theirs] = [project(stages, 'cmd'), hasDvc ? dvcProject(stages) : undefined]
  const oursTime = timed(() => weir(ours))
  const dvcTime = theirs === undefined ? undefined : timed(() => dvc(theirs))
  report(`${count} trivial shell stages from cold`, [
    ['weir', oursTime],
    ...(dvcTime === undefined ? [] : ([['dvc repro', dvcTime]] as const)),
  ])
  if (dvcTime !== undefined) ratio('dvc / weir', dvcTime, oursTime, 'at least 10')
  remove(ours, theirs)
}

/** Nothing to do in a thousand stages against ten. */
function idleMany(): void {
  const [few, many] = [project(fan(10), 'cmd'), project(fan(1000), 'cmd')]
  const coldTime = timed(() => weir(many))
  weir(few)
  const [fewTime = 0, manyTime = 0] = interleaved([() => weir(few), () => weir(many)])
  report('nothing to do', [
    ['10 stages', fewTime],
    ['1,000 stages', manyTime],
    ['(1,000 stages from cold)', coldTime],
  ])
  ratio('1,000 / 10', manyTime, fewTime, 'under 2')
  remove(few, many)
}

/** The stages of this repository's pipeline.yaml with who depends on whom. */
function shippedShape(): Stage[] {
  const { stdout } = spawnSync(process.execPath, [WEIR, 'dag', '--json'], { encoding: 'utf8' })
  const dag = JSON.parse(stdout) as { stages: { name: string }[]; edges: [string, string][] }
  return dag.stages.map(({ name }) => ({
    name,
    deps: dag.edges.filter(([, to]) => to === name).map(([from]) => from),
  }))
}

/** Ten roots, and stages that each follow one of these. */
function fan(count: number): Stage[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    deps: index < 10 ? [] : [`s${index % 10}`],
  }))
}

function inputs({ deps }: Stage): string[] {
  return ['in.txt', ...deps.map((name) => `o/${name}`)]
}

function command(stage: Stage): string {
  return `cat ${inputs(stage).join(' ')} > o/${stage.name}`
}

function project(stages: readonly Stage[], kind: 'cmd' | 'run'): string {
  const folder = mkdtempSync(join(PLACE, 'weir-'))
  const written = stages.map((stage) => {
    const executes = kind === 'cmd' ? { cmd: command(stage) } : { run: `stages/${stage.name}.ts` }
    if (kind === 'run') write(folder, `stages/${stage.name}.ts`, cell(stage))
    return entry(stage, executes)
  })
  write(folder, 'in.txt', 'x\n')
  write(folder, 'pipeline.yaml', `stages:\n${written.join('')}`)
  return folder
}

function cell({ name }: Stage): string {
  return `import { readFileSync, writeFileSync } from 'node:fs'
export default {
  title: '${name}',
  run({ inputs, outputs }) {
    const texts = Object.values(inputs).map((path) => readFileSync(path, 'utf8'))
    writeFileSync(outputs['o/${name}'], texts.join(''))
  },
}
`
}

function dvcProject(stages: readonly Stage[]): string {
  const folder = mkdtempSync(join(PLACE, 'dvc-'))
  const written = stages.map((stage) => entry(stage, { cmd: command(stage) }))
  write(folder, 'in.txt', 'x\n')
  write(folder, 'dvc.yaml', `stages:\n${written.join('')}`)
  mkdirSync(join(folder, 'o'))
  must('dvc', ['init', '--no-scm', '--quiet'], folder)
  must('dvc', ['config', 'core.analytics', 'false'], folder)
  return folder
}

function entry(stage: Stage, executes: object): string {
  const rest = { ...executes, deps: inputs(stage), outs: [`o/${stage.name}`] }
  return `  ${stage.name}: ${JSON.stringify(rest)}\n`
}

function write(folder: string, path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

function weir(folder: string): void {
  must(process.execPath, [WEIR, 'run', '--json'], folder)
}

function dvc(folder: string): void {
  must('dvc', ['repro', '--quiet'], folder)
}

function must(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${status}: ${stderr}`)
}

function timed(action: () => void): number {
  const started = performance.now()
  action()
  return (performance.now() - started) / 1000
}

/** The median seconds of each action, taken in turn, so that a busy moment meets all of them. */
function interleaved(actions: readonly (() => void)[]): number[] {
  const times = actions.map((): number[] => [])
  for (let repeat = 0; repeat < REPEATS; repeat++)
    for (const [index, action] of actions.entries()) times[index]?.push(timed(action))
  return times.map((list) => list.sort((a, b) => a - b)[REPEATS >> 1] ?? 0)
}

function report(title: string, rows: readonly (readonly [string, number])[]): void {
  console.log(`\n${title}`)
  for (const [name, seconds] of rows)
    console.log(`  ${name.padEnd(26)} ${seconds.toFixed(3).padStart(8)} s`)
}

function ratio(name: string, over: number, under: number, goal: string): void {
  console.log(`  ${name.padEnd(26)} ${(over / under).toFixed(2).padStart(8)}   (goal: ${goal})`)
}

function remove(...folders: readonly (string | undefined)[]): void {
  for (const folder of folders)
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
}
