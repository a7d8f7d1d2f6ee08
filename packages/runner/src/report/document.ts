// What a report is made of: the vocabulary that stages fill in and the page draws.

import type { DagPicture } from './graph-drawing.ts'
import type { ChartSpec, MetricValue, TableView } from './show.ts'

/** A place that a report points at: an http(s) address, an anchor, or a path relative to the report. */
export interface ReportLink {
  readonly text: string
  readonly href: string
}

/** One thing to read in a section. All texts are plain and are escaped when drawn. */
export type Block =
  | { readonly kind: 'markdown'; readonly text: string }
  | { readonly kind: 'table'; readonly view: TableView }
  | {
      readonly kind: 'chart'
      readonly spec: ChartSpec
      readonly title: string
      readonly alt: string
    }
  | {
      readonly kind: 'metrics'
      readonly values: Readonly<Record<string, MetricValue>>
      readonly previous?: Readonly<Record<string, MetricValue>>
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'log'; readonly text: string; readonly path?: string }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'facts'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'list'; readonly title: string; readonly items: readonly string[] }
  | { readonly kind: 'links'; readonly links: readonly ReportLink[] }
  | { readonly kind: 'graph'; readonly picture: DagPicture; readonly alt: string }
  | { readonly kind: 'fold'; readonly summary: string; readonly blocks: readonly Block[] }

/** A titled part of a report; `id` is its anchor, `state` a word beside the title (`ran`, `failed`, …). */
export interface ReportSection {
  readonly id: string
  readonly title: string
  readonly subtitle?: string
  readonly state?: string
  readonly blocks: readonly Block[]
}

/** A whole report: a head with a lead and a few facts, then the sections in order. */
export interface ReportDocument {
  readonly title: string
  readonly lead?: string
  readonly facts?: Readonly<Record<string, string>>
  readonly sections: readonly ReportSection[]
}
