// Folders with one graph of stages each, as a project of weir, of DVC or of ninja.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const WEIR = join(process.cwd(), 'packages', 'runner', 'bin', 'weir.js')
/** Below node_modules, so that cells find the packages. */
const PLACE = join(process.cwd(), 'node_modules', '.cache', 'bench')

/** A stage of a bench: it reads in.txt and what it depends on, and writes `o/NAME`. */
export interface Stage {
  readonly name: string
  readonly deps: readonly string[]
}

/** Ten roots, and stages that each follow one of these. */
export function fan(count: number): Stage[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `s${index}`,
    deps: index < 10 ? [] : [`s${index % 10}`],
  }))
}

/** The stages of this repository's pipeline.yaml with who depends on whom. */
export function shippedShape(): Stage[] {
  const { stdout } = spawnSync(process.execPath, [WEIR, 'dag', '--json'], { encoding: 'utf8' })
  const dag = JSON.parse(stdout) as { stages: { name: string }[]; edges: [string, string][] }
  return dag.stages.map(({ name }) => ({
    name,
    deps: dag.edges.filter(([, to]) => to === name).map(([from]) => from),
  }))
}

function inputs({ deps }: Stage): string[] {
  return ['in.txt', ...deps.map((name) => `o/${name}`)]
}

function command(stage: Stage): string {
  return `cat ${inputs(stage).join(' ')} > o/${stage.name}`
}

/** An empty folder; the caller removes it. */
export function folder(name: string): string {
  mkdirSync(PLACE, { recursive: true })
  return mkdtempSync(join(PLACE, `${name}-`))
}

export function remove(...folders: readonly string[]): void {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
}

export function write(root: string, path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Stages as shell commands. */
export function weirProject(stages: readonly Stage[]): string {
  const root = folder('weir')
  write(root, 'in.txt', 'x\n')
  write(
    root,
    'pipeline.yaml',
    yaml(stages, (stage) => ({ cmd: command(stage) })),
  )
  return root
}

/** Stages as TypeScript cells that share some helper modules. */
export function cellProject(stages: readonly Stage[], helpers: number): string {
  const root = folder('weir')
  write(root, 'in.txt', 'x\n')
  for (let index = 0; index < helpers; index++) write(root, `stages/h/h${index}.ts`, helper(index))
  for (const stage of stages) write(root, `stages/${stage.name}.ts`, cell(stage, helpers))
  write(
    root,
    'pipeline.yaml',
    yaml(stages, ({ name }) => ({ run: `stages/${name}.ts` })),
  )
  return root
}

function helper(index: number): string {
  return `export function h${index}(text: string): string {\n  return text + '${index}'\n}\n`
}

function cell(stage: Stage, helpers: number): string {
  const names = Array.from({ length: helpers }, (_, index) => `h${index}`)
  const ports = inputs(stage).map((path, index) => `i${index}: text('${path}')`)
  return `import { defineStage, text } from '@weir/runner'
${names.map((helper) => `import { ${helper} } from './h/${helper}.ts'\n`).join('')}
export default defineStage({
  title: '${stage.name}',
  inputs: { ${ports.join(', ')} },
  outputs: { out: text('o/${stage.name}') },
  async run({ inputs, outputs }) {
    const texts = await Promise.all(Object.values(inputs).map((input) => input.read()))
    await outputs.out.write(${names.reduce((text, helper) => `${helper}(${text})`, "texts.join('')")})
  },
})
`
}

function yaml(stages: readonly Stage[], executes: (stage: Stage) => object): string {
  const entries = stages.map((stage) => {
    const entry = { ...executes(stage), deps: inputs(stage), outs: [`o/${stage.name}`] }
    return `  ${stage.name}: ${JSON.stringify(entry)}\n`
  })
  return `stages:\n${entries.join('')}`
}

/** The same stages for DVC. */
export function dvcProject(stages: readonly Stage[]): string {
  const root = emptyDvc()
  write(root, 'in.txt', 'x\n')
  write(
    root,
    'dvc.yaml',
    yaml(stages, (stage) => ({ cmd: command(stage) })),
  )
  mkdirSync(join(root, 'o'))
  return root
}

/** A DVC project without stages. */
export function emptyDvc(): string {
  const root = folder('dvc')
  must('dvc', ['init', '--no-scm', '--quiet'], root)
  must('dvc', ['config', 'core.analytics', 'false'], root)
  return root
}

/** The same stages for ninja. */
export function ninjaProject(stages: readonly Stage[]): string {
  const root = folder('ninja')
  write(root, 'in.txt', 'x\n')
  const rules = stages.map((stage) => `rule ${stage.name}\n  command = ${command(stage)}\n`)
  const builds = stages.map(
    (stage) => `build o/${stage.name}: ${stage.name} ${inputs(stage).join(' ')}\n`,
  )
  write(root, 'build.ninja', [...rules, ...builds].join(''))
  return root
}

/** Runs a program that must succeed. */
export function must(program: string, args: readonly string[], cwd: string): void {
  const { status, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} exited with ${status}: ${stderr}`)
}
