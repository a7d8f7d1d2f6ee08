// What an executor is given and what it gives back: plain data, so that a task may run in another process or on
// another machine. docs/contracts.md describes both.
import type { Digest, Place } from '@weir/base'
import type { StageInstance } from '../config/instance.ts'
import type { Block } from '../report/document.ts'
import type { MetricValue } from '../report/show.ts'

/** One attempt of one stage. */
export interface Task {
  /** Unique in its run together with `attempt`. */
  readonly id: TaskId
  readonly code: TaskCode
  /** The params of a cell. */
  readonly params: unknown
  readonly inputs: readonly TaskInput[]
  readonly outputs: readonly TaskOutput[]
  /** Outputs that have no path: the task brings them about. */
  readonly effects: readonly string[]
  /** Variables besides those that the executor's machine has anyway. */
  readonly env: readonly TaskVariable[]
  readonly limits: { readonly timeoutMs?: number }
  /** A cell waits until a debugger is attached at this port of its machine; 0: any that is free. */
  readonly inspect?: { readonly port: number }
  /** The working folder, absolute. All paths are relative to it, or absolute where they lie outside. */
  readonly folder: string
}

/** Whose attempt a task is. */
export interface TaskId extends StageInstance {
  /** The id of the run. */
  readonly run: string
  /** Counted from 1. */
  readonly attempt: number
}

/** What a task executes: shell commands, or the packed module of a cell. */
export type TaskCode =
  | { readonly kind: 'commands'; readonly lines: readonly string[] }
  | {
      readonly kind: 'cell'
      /** The module to load, one of `files`. */
      readonly entry: string
      /** The packed module, and its source map. */
      readonly files: readonly { readonly path: string; readonly digest: Digest }[]
      /** By the names that the cell gives its ports: names of inputs and outputs. */
      readonly ports: {
        readonly inputs: Readonly<Record<string, string>>
        readonly outputs: Readonly<Record<string, string>>
      }
    }

export interface TaskInput {
  /** As pipeline.yaml has it. */
  readonly name: string
  /** `ref`: a file with the text of a reference. */
  readonly kind: 'file' | 'dir' | 'ref'
  readonly path: string
  readonly digest: Digest
}

export interface TaskOutput {
  /** As pipeline.yaml has it. */
  readonly name: string
  readonly kind: 'out' | 'metric' | 'plot'
  /** Where the task writes it. */
  readonly path: string
  /** True if it is made from what stands at its path. */
  readonly persist: boolean
}

export interface TaskVariable {
  readonly name: string
  readonly value: string
  /** Its value must not be shown or kept. */
  readonly secret: boolean
}

/** How a task ended, and what it gave. */
export interface Result {
  readonly ended: TaskEnd
  /** The title that a cell gives itself. */
  readonly title?: string
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly shown: readonly Block[]
  /** Names of the outputs that stand at their paths. */
  readonly outputs: readonly string[]
  /** How long it ran. */
  readonly seconds: number
}

export type TaskEnd =
  | { readonly how: 'done' }
  /** `line`: the command that failed; absent for a cell. `full`: the disk has no room left. */
  | {
      readonly how: 'exit'
      readonly code: number | null
      readonly line?: string
      readonly full?: true
    }
  | {
      readonly how: 'signal'
      readonly signal: string
      readonly line?: string
      readonly full?: true
    }
  | { readonly how: 'not_started'; readonly message: string; readonly line?: string }
  | { readonly how: 'timeout' }
  | { readonly how: 'cancelled' }
  /** What a cell reported of its own failure, or what is wrong with its messages. */
  | {
      readonly how: 'error'
      readonly code: string
      readonly message: string
      readonly where?: string
      readonly hint?: string
      readonly param?: string
      /** Where in the sources of the cell, relative to the folder; `where` is what the error names itself. */
      readonly place?: Place
    }
