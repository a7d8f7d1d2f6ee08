// The rig of the acceptance tests: copies of the shipped project in temporary folders, driven through the real CLI.
// A prepared project is made once a test file and copied for each test, so that no test sees what another did.
import { spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, vi } from 'vitest'
import {
  type Ended,
  jsonOf,
  outcomesOf,
  type RunJson,
  type StageJson,
  type StatusJson,
} from '../../packages/runner/test/e2e/rig.ts'
import { linkPackages } from '../link-packages.ts'

const REPO = resolve(import.meta.dirname, '../..')
/** What a fresh clone has, but for tests, docs, what CI needs, and what is the user's to change. */
const TRACKED = [
  ...['build', 'packages', 'serve', 'stages'],
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'data/streamflow.yaml',
    'data/telco.yaml',
    'data/accepted.yaml',
  ],
]
/** Of the project, what starts weir. */
export const LAUNCHER = 'packages/runner/bin/weir.js'
/**
 * pipeline.yaml and params.yaml as they ship. Those in the root are the user's: the README tells to change them.
 * `npm run check:shipped` compares the two, for who changes what ships.
 */
const SHIPPED = join(REPO, 'test', 'shipped')
/** The real exports, where this machine has them. */
export const REAL_MONTHS = resolve(REPO, '../shared/data/streamflow')
export const [MONTH_1, MONTH_2, MONTH_3] = ['2024-01-31', '2024-02-29', '2024-03-31'] as const
export const STAGES = [
  ...['simulate', 'ingest', 'validate', 'features', 'materialize', 'score', 'drift', 'decide'],
  ...['challenge', 'publish_standing', 'train', 'evaluate', 'compare', 'promote'],
]

const PLACE = realpathSync(mkdtempSync(join(tmpdir(), 'weir-pipeline-')))
vi.setConfig({ testTimeout: 180_000 })
afterAll(() => rmSync(PLACE, { recursive: true, force: true }))

/** A run with how its command ended. */
export type RunOf = RunJson & { readonly end: Ended }

/** A version as `weir registry list --json` tells it; tests read few of its keys. */
export interface VersionJson {
  readonly version: number
  readonly stage: string
  readonly metrics: Readonly<Record<string, number>>
}

/** One copy of the project. */
export class Churn {
  readonly root: string

  constructor(root: string) {
    this.root = root
  }

  path(path: string): string {
    return join(this.root, path)
  }

  has(path: string): boolean {
    return existsSync(this.path(path))
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8')
  }

  json<T = Readonly<Record<string, unknown>>>(path: string): T {
    return JSON.parse(this.read(path)) as T
  }

  /** Writes a file whole, also one that is read-only or shares its content with the cache. */
  write(path: string, content: string | Uint8Array): void {
    this.remove(path)
    mkdirSync(dirname(this.path(path)), { recursive: true })
    writeFileSync(this.path(path), content)
  }

  /** Overwrites a file in place: every other name of the content sees it. */
  scribble(path: string, content: string | Uint8Array): void {
    chmodSync(this.path(path), 0o644)
    writeFileSync(this.path(path), content)
  }

  remove(...paths: string[]): void {
    for (const path of paths) rmSync(this.path(path), { recursive: true, force: true })
  }

  /** Replaces a part of a file, which must have it. */
  edit(path: string, old: string, now: string): void {
    const text = this.read(path)
    if (!text.includes(old)) throw new Error(`${path} does not have ${JSON.stringify(old)}`)
    this.write(path, text.replace(old, now))
  }

  /** The bytes of every file below some paths, by path, as text that loses nothing. */
  contents(...paths: string[]): Record<string, string> {
    const all = paths.flatMap((path) => (this.#isFile(path) ? [path] : this.files(path)))
    return Object.fromEntries(all.map((path) => [path, this.#bytes(path)]))
  }

  #bytes(path: string): string {
    return readFileSync(this.path(path), 'latin1')
  }

  #isFile(path: string): boolean {
    return statSync(this.path(path), { throwIfNoEntry: false })?.isFile() ?? false
  }

  /** Every file below a folder, in order. */
  files(folder: string): string[] {
    if (!this.has(folder)) return []
    return readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => this.#isFile(path))
      .sort()
  }

  /** Runs a program in the project to its end. */
  exec(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const child = spawn(command, args, {
      cwd: this.root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        out[name] += chunk
      })
    return new Promise((done, fail) => {
      child.once('error', fail)
      child.once('close', (code, signal) => done({ code, signal, ...out }))
    })
  }

  weir(...args: string[]): Promise<Ended> {
    return this.exec(process.execPath, [this.path(LAUNCHER), ...args])
  }

  /** The same with more in its environment. */
  weirWith(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
    return this.exec(process.execPath, [this.path(LAUNCHER), ...args], env)
  }

  /** `weir run --json …`, with its JSON. */
  async run(...args: string[]): Promise<RunOf> {
    const end = await this.weir('run', '--json', ...args)
    return { ...jsonOf<RunJson>(end), end }
  }

  /** The outcome by stage of a run that must succeed. */
  async outcomes(...args: string[]): Promise<Record<string, string>> {
    const run = await this.run(...args)
    if (run.end.code !== 0) throw new Error(run.end.stdout + run.end.stderr)
    return outcomesOf(run)
  }

  /** The reasons by stage. */
  async reasons(): Promise<Record<string, readonly string[]>> {
    const { stages } = jsonOf<StatusJson>(await this.weir('status', '--json'))
    return Object.fromEntries(stages.map(({ name, reasons }) => [name, reasons]))
  }

  /** The state by stage of `weir status --json`. */
  async states(): Promise<Record<string, string>> {
    const { stages } = jsonOf<StatusJson>(await this.weir('status', '--json'))
    return Object.fromEntries(stages.map(({ name, state }) => [name, state]))
  }

  async versions(): Promise<readonly VersionJson[]> {
    const end = await this.weir('registry', 'list', '--json')
    return jsonOf<{ versions: VersionJson[] }>(end).versions
  }

  /** The stage of each version in the registry, from the first on. */
  async registry(): Promise<string[]> {
    return (await this.versions()).map(({ stage }) => stage)
  }

  /** A copy of the project as it stands; hard links between its files stay links. */
  async clone(): Promise<Churn> {
    const copy = join(mkdtempSync(join(PLACE, 'p-')), 'churn')
    const end = await this.exec('cp', ['-a', this.root, copy])
    if (end.code !== 0) throw new Error(end.stderr)
    return new Churn(copy)
  }
}

/** A fresh clone; `users` overrides how many are simulated. */
export function freshClone(users = 1500): Churn {
  const root = join(mkdtempSync(join(PLACE, 'p-')), 'churn')
  mkdirSync(root)
  for (const name of TRACKED) cpSync(join(REPO, name), join(root, name), { recursive: true })
  cpSync(SHIPPED, root, { recursive: true })
  linkPackages(REPO, root, [])
  const it = new Churn(root)
  it.edit('params.yaml', 'users: 7043', `users: ${users}`)
  return it
}

/** Makes a project once, however many tests ask for it, and gives each its own copy. */
export function prepared(make: () => Promise<Churn>): () => Promise<Churn> {
  let made: Promise<Churn> | undefined
  return async () => {
    made ??= make()
    return (await made).clone()
  }
}

/** The shipped project after month 1. */
export const afterMonth1 = prepared(async () => {
  const it = freshClone()
  await it.outcomes()
  return it
})

/** The same after month 2: drift, a second version. */
export const afterMonth2 = prepared(async () => {
  const it = await afterMonth1()
  await it.outcomes('-S', `as_of=${MONTH_2}`)
  return it
})

/** The stages with an outcome, in order. */
export function withOutcome(outcomes: Readonly<Record<string, string>>, wanted: string): string[] {
  return STAGES.filter((name) => outcomes[name] === wanted)
}

/** All stages with the same outcome or state. */
export function every(outcome: string): Record<string, string> {
  return Object.fromEntries(STAGES.map((name) => [name, outcome]))
}

/** The result of one stage. */
export function stageOf(run: RunJson, name: string): StageJson {
  const found = run.stages.find((stage) => stage.name === name)
  if (!found) throw new Error(`the run has no stage ${name}`)
  return found
}
