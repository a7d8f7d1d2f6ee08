// What a stage shows, made once and put to two uses: the notebook cell and the report file.
import type { Block, ChartSpec, Show, TableView } from '@weir/runner'

export const text = (markdown: string): Block => ({ kind: 'markdown', text: markdown })

export const table = (view: TableView): Block => ({ kind: 'table', view })

/** `alt` says in words what the chart shows. */
export const chart = (title: string, alt: string, spec: ChartSpec): Block => ({
  kind: 'chart',
  spec,
  title,
  alt,
})

/** Puts texts, tables and charts into the notebook cell, in order. */
export function showBlocks(show: Show, blocks: readonly Block[]): void {
  for (const block of blocks) {
    if (block.kind === 'markdown') show.markdown(block.text)
    else if (block.kind === 'table') show.table(block.view)
    else if (block.kind === 'chart') show.chart(block.spec, { title: block.title, alt: block.alt })
  }
}
