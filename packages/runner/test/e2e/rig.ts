// The rig of the end-to-end tests: makes projects in temporary folders, runs the real CLI in them, reads its JSON,
// and lets a test hold stages in its hand (`nextInvocation`, `exit`), so that order is asserted without a sleep.
import { spawn } from 'node:child_process'
import {
  chmodSync,
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
import { dirname, join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { weirHere } from './in-process.ts'
import { type Ended, follow, type Running } from './running.ts'
import { answerStages, type Invocation, type StageCalls } from './stage-calls.ts'

export type { Ended, Running } from './running.ts'

const REPO = resolve(import.meta.dirname, '../../../..')
const WEIR = join(REPO, 'packages', 'runner', 'bin', 'weir.js')
/** Below the repository's node_modules, so that cells find its packages. */
const PLACE = join(REPO, 'node_modules', '.cache', 'weir-e2e')
/** What a cell in stages/ of a project imports the stage API from. */
export const API = '@weir/runner'

/** A coded problem as --json tells it. */
export interface ErrorJson {
  readonly code: string
  readonly message: string
  readonly place?: { readonly file: string; readonly line?: number; readonly col?: number }
  readonly hint?: string
}

/** One stage in the JSON of `weir run`. */
export interface StageJson {
  readonly name: string
  readonly outcome: string
  readonly reasons: readonly string[]
  readonly seconds: number
  readonly error?: ErrorJson
  readonly log?: string
}

/** The JSON of `weir run`. */
export interface RunJson {
  readonly stages: readonly StageJson[]
  readonly ok: boolean
  readonly errors?: readonly ErrorJson[]
}

/** The JSON of `weir status`. */
export interface StatusJson {
  readonly stages: readonly {
    readonly name: string
    readonly state: string
    readonly reasons: readonly string[]
  }[]
}

/** What a command was started with besides its arguments. */
export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Folder, absolute or relative to the project. */
  readonly cwd?: string
  /** Put before `node …/weir.js …`, as `sh -c` would be. */
  readonly before?: readonly string[]
  /** The launcher of another checkout. */
  readonly launcher?: string
}

/** Files of a project by path; text. */
export type Files = Readonly<Record<string, string>>

/** How the commands of a project are carried out. */
export interface ProjectOptions {
  /** `weir` and `run` in the process of the test; `start` always starts one. */
  readonly inProcess?: boolean
}

/** A project in a folder of its own, removed when the test has finished. */
export class Project {
  readonly root: string
  readonly #inProcess: boolean
  readonly #socket: string
  #calls: StageCalls | undefined
  readonly #running = new Set<Running>()

  constructor(files: Files, { inProcess = false }: ProjectOptions = {}) {
    this.#inProcess = inProcess
    mkdirSync(PLACE, { recursive: true })
    this.root = realpathSync(mkdtempSync(join(PLACE, 'p-')))
    this.#socket = join(this.root, '.socket')
    this.write(files)
  }

  path(path: string): string {
    return join(this.root, path)
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(this.path(path)), { recursive: true })
      writeFileSync(this.path(path), text)
    }
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8')
  }

  size(path: string): number {
    return statSync(this.path(path)).size
  }

  has(path: string): boolean {
    return existsSync(this.path(path))
  }

  remove(...paths: string[]): void {
    for (const path of paths) rmSync(this.path(path), { recursive: true, force: true })
  }

  /** Replaces a part of a file, which must have it. */
  edit(path: string, old: string, now: string): void {
    const text = this.read(path)
    if (!text.includes(old)) throw new Error(`${path} does not have ${JSON.stringify(old)}`)
    this.write({ [path]: text.replace(old, now) })
  }

  /** Overwrites a file that may be read-only, in place: every other name of the file sees it. */
  scribble(path: string, content: string | Uint8Array): void {
    chmodSync(this.path(path), 0o644)
    writeFileSync(this.path(path), content)
  }

  /** Every file below a folder, in order, relative to the project. */
  files(folder: string): string[] {
    if (!this.has(folder)) return []
    return readdirSync(this.path(folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((path) => statSync(this.path(path)).isFile())
      .sort()
  }

  /** The contents of every file below some paths, by path. */
  contents(...paths: string[]): Record<string, string> {
    const all = paths.flatMap((path) =>
      this.has(path) && statSync(this.path(path)).isFile() ? [path] : this.files(path),
    )
    return Object.fromEntries(all.map((path) => [path, this.read(path)]))
  }

  /** Starts the CLI. */
  start(
    args: readonly string[],
    { env = {}, cwd = '.', before = [], launcher = WEIR }: StartOptions = {},
  ): Running {
    const [command = '', ...rest] = [...before, process.execPath, launcher, ...args]
    const child = spawn(command, rest, {
      cwd: resolve(this.root, cwd),
      env: { ...this.#env(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const running = follow(child)
    this.#running.add(running)
    running.ended.finally(() => this.#running.delete(running))
    return running
  }

  #env(): NodeJS.ProcessEnv {
    const stage = join(import.meta.dirname, 'stage.mjs')
    return { ...process.env, E2E_SOCKET: this.#socket, E2E_STAGE: stage }
  }

  /** Runs the CLI to its end. */
  weir(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
    if (!this.#inProcess) return this.start(args, options).ended
    const { env, cwd = '.' } = options
    return weirHere(args, resolve(this.root, cwd), { ...this.#env(), ...env })
  }

  /** `weir run --json …`, with its JSON. */
  async run(...args: string[]): Promise<RunJson & { readonly end: Ended }> {
    const end = await this.weir(['run', '--json', ...args])
    return { ...jsonOf<RunJson>(end), end }
  }

  /** The outcome by stage of `weir run --json …`. */
  async outcomes(...args: string[]): Promise<Record<string, string>> {
    return outcomesOf(await this.run(...args))
  }

  /** The state by stage of `weir status --json …`. */
  async states(...args: string[]): Promise<Record<string, string>> {
    const { stages } = jsonOf<StatusJson>(await this.weir(['status', '--json', ...args]))
    return Object.fromEntries(stages.map(({ name, state }) => [name, state]))
  }

  /** Takes the calls of controlled stages; without it such a stage fails. */
  async listen(): Promise<void> {
    this.#calls = await answerStages(this.#socket, (path) => this.path(path))
  }

  /** The next start of a controlled stage. */
  nextInvocation(name: string): Promise<Invocation> {
    return this.#stages().next(name)
  }

  /** Controlled stages that have started and nobody asked for yet. */
  waitingInvocations(): string[] {
    return this.#stages().waiting()
  }

  #stages(): StageCalls {
    if (!this.#calls) throw new Error('listen() comes before the first stage')
    return this.#calls
  }

  /** Ends what still runs and removes the folder. */
  async dispose(): Promise<void> {
    for (const running of this.#running) running.kill('SIGKILL')
    await Promise.all([...this.#running].map((running) => running.ended))
    this.#calls?.close()
    rmSync(this.root, { recursive: true, force: true })
  }
}

/** A project that goes when the test that made it has finished. */
export function project(files: Files, options?: ProjectOptions): Project {
  const made = new Project(files, options)
  onTestFinished(() => made.dispose())
  return made
}

/** The same, its commands in the process of the test: for tests of what commands say and do to files. */
export function projectHere(files: Files): Project {
  return project(files, { inProcess: true })
}

/** The one JSON document that a command has printed. */
export function jsonOf<T>(end: Ended): T {
  try {
    return JSON.parse(end.stdout) as T
  } catch {
    throw new Error(`no JSON on stdout (exit ${end.code}):\n${end.stdout}\n${end.stderr}`)
  }
}

/** The outcome by stage. */
export function outcomesOf(run: RunJson): Record<string, string> {
  return Object.fromEntries(run.stages.map(({ name, outcome }) => [name, outcome]))
}

/** The ports of a cell as its source has them: a file for each path, by the name that the cell gives it. */
export function filePorts(paths: Readonly<Record<string, string>>): string {
  const ports = Object.entries(paths).map(
    ([name, path]) => `${name}: file(${JSON.stringify(path)})`,
  )
  return `{ ${ports.join(', ')} }`
}

/** A pipeline.yaml of stages, each as it would be written there, as JSON, which is YAML. */
export function pipeline(stages: Readonly<Record<string, object>>): string {
  return `stages:\n${Object.entries(stages)
    .map(([name, stage]) => `  ${name}: ${JSON.stringify(stage)}\n`)
    .join('')}`
}

/** The command of a stage that the test controls. */
export function controlled(name: string): string {
  return `node "$E2E_STAGE" ${name}`
}
