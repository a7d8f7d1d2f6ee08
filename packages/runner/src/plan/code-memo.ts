// The memo of packed cells. Files and modules that several cells share are stored once, with their hashes.
import type { Digest, Problem } from '@weir/base'
import type { CellDescription } from '../execute/cell-message.ts'
import type { Memo } from '../store/memo.ts'
import type { Modules } from '../store/reason.ts'
import type { TriedPath } from './resolution.ts'

/** The code of a cell: digest, packed file and modules. */
export interface CellCode {
  readonly code: Digest
  readonly esbuild: string
  readonly packages: Readonly<Record<string, string>>
  readonly modules: Modules
  /** The file of the packed code, relative to the project: what was hashed is what is executed. */
  readonly packed: string
  /** The text of the leading doc comment. */
  readonly prose: string
  /** Of a package that it imports, and that was not installed when it was packed. */
  readonly missing?: Problem
}

/** A file with its content's hash; null: absent. */
export type SeenFile = readonly [path: string, hash: Digest | null]

/** A cell that was packed. */
export interface RememberedCell {
  /** Every file that the packed code was made from, and the packed code itself. */
  readonly inputs: readonly SeenFile[]
  /** Where its imports lead. */
  readonly tried: readonly TriedPath[]
  readonly cell: CellCode
  readonly description?: CellDescription
}

type SeenModule = readonly [name: string, hash: string]

/** Inputs and modules of each cell are places in the two lists. */
interface Stored {
  readonly files: readonly SeenFile[]
  readonly modules: readonly SeenModule[]
  readonly cells: Readonly<Record<string, StoredCell>>
}

interface StoredCell {
  readonly inputs: readonly number[]
  readonly tried: readonly TriedPath[]
  readonly modules: readonly number[]
  readonly cell: Omit<CellCode, 'modules'>
  readonly description?: CellDescription
}

/** Not the name that earlier versions used, whose format differs. */
const NAME = 'cells'

/** The remembered cells by their file. */
export function readCells(memo: Memo): Map<string, RememberedCell> {
  const stored = memo.read<Stored>(NAME)
  if (!stored?.cells) return new Map()
  const { files, modules } = stored
  return new Map(
    Object.entries(stored.cells).map(([file, { cell, ...rest }]) => [
      file,
      {
        inputs: pick(files, rest.inputs),
        tried: rest.tried,
        cell: { ...cell, modules: Object.fromEntries(pick(modules, rest.modules)) },
        // An entry of a version that did not record ports is described again.
        ...(rest.description?.inputs && { description: rest.description }),
      },
    ]),
  )
}

/** Keeps them, in one write. */
export function writeCells(memo: Memo, remembered: ReadonlyMap<string, RememberedCell>): void {
  const [files, modules] = [createList<SeenFile>(), createList<SeenModule>()]
  const cells = [...remembered].map(([file, { inputs, tried, cell, description }]) => {
    const { modules: seen, ...rest } = cell
    const places = { inputs: inputs.map(files.add), modules: Object.entries(seen).map(modules.add) }
    return [file, { ...places, tried, cell: rest, ...(description && { description }) }]
  })
  const stored: Stored = {
    files: files.items,
    modules: modules.items,
    cells: Object.fromEntries(cells),
  }
  memo.write(NAME, stored)
}

function pick<Item>(items: readonly Item[], places: readonly number[]): Item[] {
  return places.flatMap((place) => {
    const item = items[place]
    return item === undefined ? [] : [item]
  })
}

/** A list that holds each pair once. */
function createList<Pair extends readonly [string, string | null]>() {
  const items: Pair[] = []
  const places = new Map<string, number>()
  return {
    items,
    add(pair: Pair): number {
      const name = JSON.stringify(pair)
      const known = places.get(name)
      if (known !== undefined) return known
      places.set(name, items.length)
      return items.push(pair) - 1
    },
  }
}
