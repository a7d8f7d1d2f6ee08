// The messages between the runner and a cell's process. cell-message-form.ts checks those of a cell.
import type { Place } from '@weir/base'
import type { Block } from '../report/document.ts'
import type { MetricValue, Progress } from '../report/show.ts'

/** What the runner tells a cell's process to do. */
export type CellJob = RunJob | DescribeJob

/** To run a cell. */
export interface RunJob {
  readonly kind: 'run'
  /** The file of its packed code. */
  readonly packed: string
  /** The project's folder, whose packages the cell uses. */
  readonly root: string
  /** The folder that the task has in the place of the project's; its sources are below it. */
  readonly folder: string
  readonly stage: string
  readonly params: unknown
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  /** By the names that the cell gives its ports, the keys of `inputs` and `outputs`. */
  readonly ports: {
    readonly inputs: Readonly<Record<string, string>>
    readonly outputs: Readonly<Record<string, string>>
  }
  /** Where the recorded metrics go, if the cell does not write them itself. */
  readonly metricsPath?: string
  /** Where a debugger is waited for. */
  readonly inspect?: { readonly port: number }
}

/** To say what cells are, in order. */
export interface DescribeJob {
  readonly kind: 'describe'
  /** The pid of the process that asks. */
  readonly runner: number
  /** The project's folder. */
  readonly root: string
  readonly modules: readonly DescribeModule[]
}

/** What a port says of itself: its path is a template in the scope of the stage. */
export interface PortDescription {
  readonly kind: string
  readonly path: string
}

/** Of a cell's default export what can be known before it runs. */
export interface CellDescription {
  readonly title?: string
  /** By the cell's own names. */
  readonly inputs: Readonly<Record<string, PortDescription>>
  readonly outputs: Readonly<Record<string, PortDescription>>
  /** JSON Schema of its params; a cell without one is given what its stage declares. */
  readonly params?: Readonly<Record<string, unknown>>
}

/** A cell to describe: the module to load. */
export interface DescribeModule {
  readonly file: string
  readonly path: string
}

/** The description of one cell. */
export interface DescribedMessage {
  readonly kind: 'described'
  readonly file: string
  readonly description: CellDescription
}

/** What is answered: a description of the next cell, or why there is none; then the process ends. */
export type DescribeMessage =
  | DescribedMessage
  | { readonly kind: 'undescribed'; readonly message: string; readonly place?: Place }

/** What a cell can show. */
export type ShownBlock = Extract<Block, { kind: 'table' | 'chart' | 'markdown' }>

/** What a cell tells the runner while it runs. */
export type CellMessage =
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'debugger'; readonly url: string }
  | { readonly kind: 'metrics'; readonly values: Readonly<Record<string, MetricValue>> }
  | { readonly kind: 'show'; readonly block: ShownBlock }
  | { readonly kind: 'done' }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly message: string
      readonly where?: string
      readonly hint?: string
      readonly param?: string
      /** Where in its sources it failed. */
      readonly place?: Place
    }
