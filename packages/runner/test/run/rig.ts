// The rig of the run's tests: shell pipelines run in this process, with every event recorded.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Problem } from '@weir/base'
import { stringify } from 'yaml'
import { layoutOf } from '../../src/config/layout.ts'
import { type Foresight, lookAhead } from '../../src/plan/look-ahead.ts'
import type { Selection } from '../../src/plan/select.ts'
import { openWorkspace, type Surroundings } from '../../src/plan/workspace.ts'
import type { RunEvent, StageResult } from '../../src/session/events.ts'
import { run } from '../../src/session/run.ts'
import type { RunControl, RunRequest } from '../../src/session/run-request.ts'
import { folderWith, write } from '../project-folder.ts'
import { fileThread } from '../store/file-thread.ts'

/** A stage as written in pipeline.yaml. */
export type StageText = Readonly<Record<string, unknown>>

/** What a run came to. */
export interface RunView {
  /** `name outcome`, in order. */
  readonly outcomes: string[]
  readonly results: readonly StageResult[]
  readonly events: readonly RunEvent[]
  readonly problems: readonly Problem[]
  readonly ok: boolean
}

/** A project of shell stages in a folder of its own. */
export class Pipeline {
  readonly root: string
  /** What runs have of their surroundings besides the usual. */
  readonly #around: Partial<Surroundings>
  /** Variables of the environment that runs are started in. */
  readonly environment: Record<string, string> = {}

  constructor(
    stages: Readonly<Record<string, StageText>>,
    files: Readonly<Record<string, string>> = {},
    around: Partial<Surroundings> = {},
  ) {
    this.#around = around
    this.root = folderWith({ 'params.yaml': '{}\n', ...files })
    this.define(stages)
  }

  define(stages: Readonly<Record<string, StageText>>): void {
    write(this.root, { 'pipeline.yaml': stringify({ stages }, { aliasDuplicateObjects: false }) })
  }

  write(files: Readonly<Record<string, string>>): void {
    write(this.root, files)
  }

  /** Replaces a word in pipeline.yaml. */
  replace(old: string, now: string): void {
    write(this.root, { 'pipeline.yaml': String(this.read('pipeline.yaml')).replaceAll(old, now) })
  }

  remove(...paths: string[]): void {
    for (const path of paths) rmSync(join(this.root, path), { recursive: true, force: true })
  }

  read(path: string): string | undefined {
    const absolute = join(this.root, path)
    return existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined
  }

  /** Opens a gate that a stage waits for with `gate`. */
  open(name: string): void {
    writeFileSync(join(this.root, name), '')
  }

  async run(
    request: Partial<RunRequest & Selection> = {},
    listen: (event: RunEvent) => void = () => undefined,
    signal = new AbortController().signal,
    control: RunControl = {},
    env?: Surroundings['env'],
  ): Promise<RunView> {
    const events: RunEvent[] = []
    const { until = [], from = [], only = [], ...rest } = request
    const outcome = await run(
      {
        command: 'weir run',
        selection: { until, from, only },
        settings: [],
        jobs: 2,
        force: false,
        keepGoing: false,
        ...rest,
      },
      { ...this.#surroundings(), ...(env && { env }) },
      (event) => {
        events.push(event)
        listen(event)
      },
      signal,
      control,
    )
    const results = outcome.kind === 'finished' ? outcome.results : []
    const problems = outcome.kind === 'refused' ? outcome.problems : []
    const outcomes = results.map(({ name, outcome: what }) => `${name} ${what}`)
    return { outcomes, results, events, problems, ok: outcome.ok }
  }

  #surroundings(): Surroundings {
    const usual = surroundings(this.root)
    return { ...usual, ...this.#around, env: { ...usual.env, ...this.environment } }
  }

  async foresee(force = false): Promise<readonly Foresight[]> {
    const opened = await openWorkspace(
      layoutOf(this.root, this.#around.layout),
      this.#surroundings(),
    )
    if (!opened.ok) throw new Error(opened.problems.map((problem) => problem.message).join('\n'))
    return lookAhead(opened.workspace, opened.workspace.graph.order, force)
  }

  /** `name state` of each stage. */
  async states(): Promise<string[]> {
    return (await this.foresee()).map(({ name, state }) => `${name} ${state}`)
  }
}

/** A shell command that waits for a gate, and gives up before the test does. */
export const gate = (name: string): string =>
  `i=0; until [ -e ${name} ]; do i=$((i+1)); [ $i -gt 500 ] && exit 9; sleep 0.02; done`

export function surroundings(cwd: string): Surroundings {
  return {
    cwd,
    env: { PATH: process.env.PATH },
    build: 'test',
    version: '0.0.0',
    cellHost: '',
    fileThread: fileThread(),
    schemes: {},
  }
}
