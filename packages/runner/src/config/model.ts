// The vocabulary of a checked pipeline: what the rest of the runner works on. Plain data, so that it can be kept.
import type { Place, Problem } from '@weir/base'
import type { StageInstance } from './instance.ts'

/** What a stage executes. */
export type Command =
  | { readonly kind: 'run'; readonly file: string }
  | { readonly kind: 'cmd'; readonly lines: readonly string[] }

/** Params that a stage declares, of one file; null keys: the whole file. */
export interface ParamRef {
  readonly file: string
  readonly keys: readonly string[] | null
}

/** How a plot file is to be drawn. */
export interface PlotProps {
  readonly x?: string
  readonly y?: string
  readonly title?: string
  readonly x_label?: string
  readonly y_label?: string
}

/** A declared output. */
export interface Out {
  /** Path relative to the project, or a scheme:// reference. */
  readonly path: string
  readonly kind: 'out' | 'metric' | 'plot'
  readonly cache: boolean
  readonly persist: boolean
  readonly plot?: PlotProps
}

/** A condition that is known only once a file of another stage is there. */
export interface When {
  readonly text: string
  readonly test:
    | { readonly kind: 'never' }
    | {
        readonly kind: 'fact'
        readonly file: string
        readonly key: string
        readonly negate: boolean
      }
}

/** A stage, checked and with its expressions replaced. Paths are relative to the project, in POSIX form. */
export interface Stage {
  readonly id: StageInstance
  /** The text of its id. */
  readonly name: string
  readonly desc?: string
  readonly command: Command
  readonly deps: readonly string[]
  readonly params: readonly ParamRef[]
  readonly outs: readonly Out[]
  /** null: the value that the caller's environment has. */
  readonly env: Readonly<Record<string, string | null>>
  /** Names of the variables whose values are secret: they do not enter the key, and are masked in logs and messages. */
  readonly secrets: readonly string[]
  readonly when?: When
  readonly frozen: boolean
  readonly alwaysChanged: boolean
  readonly retries: number
  readonly timeoutMs?: number
  readonly place: Place
  /**
   * What keeps it from running, as far as pipeline.yaml and the params files tell. What could not be read
   * (an output whose path has an expression of a missing param) is not among its parts.
   */
  readonly problems?: readonly Problem[]
}

/** A pipeline with the values of every params file that it names. */
export interface Pipeline {
  readonly stages: readonly Stage[]
  readonly params: Readonly<Record<string, unknown>>
  readonly cache: CacheSettings
  readonly runs: RunSettings
}

/** How outputs and the cache share content: by clones or copies, or by hard links. */
export interface CacheSettings {
  readonly link: 'copy' | 'hard'
}

/** What is kept of runs that are over. */
export interface RunSettings {
  /** How many of the last runs keep their journals. */
  readonly keep: number
}

/** Most of a year at one run a working day. A journal takes a few kilobytes. */
export const KEPT_RUNS = 200

/** True for `scheme://…`, a dependency or output that is not a file. */
export function isReference(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//.test(path)
}
