// Semantic code: a cell packed with what it imports inside the project, tree-shaken and minified, and hashed.
// An edited helper changes exactly the cells that use it; a comment, a type, white space or an unused function none.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { canonicalJson, type Digest, type Problem } from '@weir/base'
import type { CellDescription } from '../execute/cell-message.ts'
import type { FileHasher } from '../store/hash-files.ts'
import type { Memo } from '../store/memo.ts'
import type { CodePlace } from '../store/packed-code.ts'
import {
  type CellCode,
  type RememberedCell,
  readCells,
  type SeenFile,
  writeCells,
} from './code-memo.ts'
import { packageDigest } from './linked-package.ts'
import { type Packed, type PackResult, packCell } from './pack-cell.ts'
import { type LinkDigests, linkedFolder, manifestOf, TOOL } from './packages.ts'
import { leadsTo } from './resolution.ts'

export type CellOutcome =
  | { readonly ok: true; readonly cell: CellCode }
  | { readonly ok: false; readonly problem: Problem }

/** Finds the code of cells. */
export interface CodeReader {
  read(file: string): Promise<CellOutcome>
  /** The prose of a cell that was read before; empty otherwise. */
  prose(file: string): string
  /** The files that a cell's packed code was made from: unchanged files mean unchanged code. */
  sources(file: string): string[]
  /** The description of a cell that was read before, if it was made for the present state of its code. */
  description(file: string): CellDescription | undefined
  describe(file: string, description: CellDescription): void
  /** The files of the packed code of all cells that are remembered. */
  packedFiles(): ReadonlySet<string>
  /** Keeps what was learnt for the next process. */
  save(): void
}

/** Files that decide how code is packed, besides the modules themselves. */
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json']

/** A reader that remembers packed code by the content of what it was made from. */
export function createCodeReader(place: CodePlace, memo: Memo, hasher: FileHasher): CodeReader {
  const { root } = place
  const remembered = readCells(memo)
  let changed = false
  const version = esbuildVersion()
  const hashOf = async (path: string): Promise<Digest | null> =>
    path.endsWith('/')
      ? packageDigest(hasher, join(root, path))
      : ((await hasher.content(join(root, path)))?.sha256 ?? null)
  // Each module is hashed once a process, so that all cells that share it see the same state.
  const seen = new Map<string, Digest | null>()
  const look = async (path: string): Promise<void> => {
    seen.set(path, await hashOf(path))
  }
  const isCurrent = async ({ inputs, tried, cell }: RememberedCell): Promise<boolean> => {
    if (cell.esbuild !== version) return false
    if (tried.some(([path, real]) => leadsTo(root, path) !== real)) return false
    // Waits only for what was not seen yet: the cells of a project share most of their modules.
    for (const [path, hash] of inputs) {
      if (!seen.has(path)) await look(path)
      if (seen.get(path) !== hash) return false
    }
    return true
  }
  const linkDigest: LinkDigests = (folder) => seen.get(`${folder}/`)
  const lookOnce = async (paths: readonly string[]): Promise<void> => {
    for (const path of paths) if (!seen.has(path)) await look(path)
  }
  /**
   * Packs a cell when the files that are read beside its modules are hashed: one that changes while it is packed has
   * another hash than is remembered, and the next command packs again. Files that only packing finds need a second pass.
   */
  const packSeen = async (file: string, known: RememberedCell | undefined): Promise<PackResult> => {
    await lookOnce([...SETTINGS, ...(known?.inputs ?? []).map(([path]) => path)])
    for (;;) {
      const result = await packCell(place, file, version, linkDigest)
      const unseen = result.ok ? besideOf(root, result).filter((path) => !seen.has(path)) : []
      if (unseen.length === 0) return result
      await lookOnce(unseen)
    }
  }
  return {
    prose: (file) => remembered.get(file)?.cell.prose ?? '',
    sources(file) {
      const known = remembered.get(file)
      return [...(known?.inputs ?? []), ...(known?.tried ?? [])]
        .map(([path]) => path)
        .filter((path) => path !== known?.cell.packed)
    },
    async read(file) {
      const known = remembered.get(file)
      if (known && (await isCurrent(known))) return { ok: true, cell: known.cell }
      const result = await packSeen(file, known)
      if (!result.ok) return result
      const { packed } = result.cell
      const beside = besideOf(root, result).map((path): SeenFile => [path, seen.get(path) ?? null])
      const inputs: SeenFile[] = [...result.inputs, ...beside, [packed, await hashOf(packed)]]
      for (const [path, hash] of inputs) seen.set(path, hash)
      const { cell } = result
      const description = isSameCode(known?.cell, cell) ? known?.description : undefined
      remembered.set(file, {
        inputs,
        tried: result.tried,
        cell,
        ...(description && { description }),
      })
      changed = true
      return result
    },
    description: (file) => remembered.get(file)?.description,
    describe(file, description) {
      const known = remembered.get(file)
      if (known) remembered.set(file, { ...known, description })
      changed = true
    },
    packedFiles: () => new Set([...remembered.values()].map(({ cell }) => cell.packed)),
    save() {
      if (!changed) return
      // A cell whose module is gone is forgotten, so that its packed code goes too.
      for (const file of remembered.keys())
        if (!existsSync(join(root, file))) remembered.delete(file)
      writeCells(memo, remembered)
      changed = false
    },
  }
}

/**
 * What decided on packed code besides its modules, each once: files, and with a slash folders that packages link to.
 */
function besideOf(root: string, { cell, settings }: Packed): string[] {
  const names = Object.keys(cell.packages)
  const manifests = names.map((name) => manifestOf(root, name))
  const links = names.flatMap((name) => (name === TOOL ? [] : (linkedFolder(root, name) ?? [])))
  return [
    ...new Set([...manifests, ...links.map((folder) => `${folder}/`), ...SETTINGS, ...settings]),
  ]
}

/** True if two states of a cell's code are equal, so that the description of one holds for the other. */
function isSameCode(before: CellCode | undefined, after: CellCode): boolean {
  return (
    before?.code === after.code && canonicalJson(before.packages) === canonicalJson(after.packages)
  )
}

function esbuildVersion(): string {
  const path = createRequire(import.meta.url).resolve('esbuild/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
