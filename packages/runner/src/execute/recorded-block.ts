// What a cell shows, in the form in which a run records it: JSON.
import { plainSpec } from '../report/chart-data.ts'
import type { TableView } from '../report/show.ts'
import type { CellMessage, ShownBlock } from './cell-message.ts'

/** A message with what it shows as it is recorded. @throws as `recordedBlock` */
export function recordedMessage(message: CellMessage): CellMessage {
  return message.kind === 'show' ? { ...message, block: recordedBlock(message.block) } : message
}

/**
 * A shown block as it is recorded, which is JSON. A table keeps every digit of a BigInt, NaN and Infinity as text.
 * @throws as `plainSpec`
 */
export function recordedBlock(block: ShownBlock): ShownBlock {
  if (block.kind === 'table') return { ...block, view: recordedTable(block.view) }
  return block.kind === 'chart' ? { ...block, spec: plainSpec(block.spec) } : block
}

function recordedTable(view: TableView): TableView {
  return { ...view, rows: view.rows.map((row) => row.map(recordedCell)) }
}

function recordedCell(cell: TableView['rows'][number][number] | undefined) {
  if (typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'number' && !Number.isFinite(cell)) return String(cell)
  return cell ?? null
}
