// Files in memory for the tests of durability: they know what is on the disk and what is only in the system's memory, so
// that the power can be cut at any moment; and a wrapper that lets the n-th operation fail.
import { basename, dirname } from 'node:path'
import type { Files, Standing } from '@weir/base/files'

interface FileNode {
  now: string
  onDisk: string
}
interface FolderNode {
  now: Map<string, Node>
  onDisk: Map<string, Node>
}
type Node = FileNode | FolderNode

const isFolder = (node: Node): node is FolderNode => node.now instanceof Map
const emptyFolder = (): FolderNode => ({ now: new Map(), onDisk: new Map() })

/** What of the unsynced is kept when the power is cut: asked for each name and each file's content. */
export type Keep = (what: 'name' | 'content') => boolean

export class MemoryFiles implements Files {
  readonly #top: FolderNode
  readonly #open = new Map<number, Node>()
  #count = 0

  constructor(top: FolderNode = emptyFolder()) {
    this.#top = top
  }

  /** The files as they are found after the power was cut now. */
  afterPowerCut(keep: Keep): MemoryFiles {
    const found = (node: Node): Node => {
      if (!isFolder(node)) {
        const text = keep('content') ? node.now : node.onDisk
        return { now: text, onDisk: text }
      }
      const names = new Set([...node.now.keys(), ...node.onDisk.keys()])
      const after = [...names].flatMap((name): [string, Node][] => {
        const which = keep('name') ? node.now : node.onDisk
        const child = which.get(name)
        return child ? [[name, found(child)]] : []
      })
      return { now: new Map(after), onDisk: new Map(after) }
    }
    return new MemoryFiles(found(this.#top) as FolderNode)
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#top
    for (const name of path.split('/').filter((part) => part !== '')) {
      if (!node || !isFolder(node)) return undefined
      node = node.now.get(name)
    }
    return node
  }

  #folder(path: string): FolderNode {
    const node = this.#find(path)
    if (!node || !isFolder(node)) throw errnoError('ENOENT', path)
    return node
  }

  #opened(file: number): Node {
    const node = this.#open.get(file)
    if (!node) throw errnoError('EBADF', String(file))
    return node
  }

  read(path: string): string | undefined {
    const node = this.#find(path)
    return node && !isFolder(node) ? node.now : undefined
  }

  list(folder: string): string[] {
    const node = this.#find(folder)
    return node && isFolder(node) ? [...node.now.keys()] : []
  }

  stat(path: string): Standing | undefined {
    const node = this.#find(path)
    if (!node) return undefined
    const folder = isFolder(node)
    return { mode: 0o644, uid: 0, gid: 0, folder, version: folder ? '' : node.now }
  }

  real(path: string): string {
    return path
  }

  makeFolder(path: string): void {
    let node = this.#top
    for (const name of path.split('/').filter((part) => part !== '')) {
      const next: Node = node.now.get(name) ?? emptyFolder()
      if (!isFolder(next)) throw errnoError('EEXIST', path)
      node.now.set(name, next)
      node = next
    }
  }

  open(path: string, how: 'empty' | 'append' | 'folder'): number {
    const file = ++this.#count
    const found = this.#find(path)
    if (how === 'folder') this.#open.set(file, this.#folder(path))
    else {
      const node: Node = found && !isFolder(found) ? found : { now: '', onDisk: '' }
      if (how === 'empty') node.now = ''
      this.#folder(dirname(path)).now.set(basename(path), node)
      this.#open.set(file, node)
    }
    return file
  }

  setRights(): void {}

  write(file: number, content: string | Uint8Array): void {
    const node = this.#opened(file)
    if (!isFolder(node)) node.now += String(content)
  }

  sync(file: number): void {
    const node = this.#opened(file)
    if (isFolder(node)) node.onDisk = new Map(node.now)
    else node.onDisk = node.now
  }

  close(file: number): void {
    this.#open.delete(file)
  }

  rename(from: string, to: string): void {
    const node = this.#find(from)
    if (!node) throw errnoError('ENOENT', from)
    this.#folder(dirname(from)).now.delete(basename(from))
    this.#folder(dirname(to)).now.set(basename(to), node)
  }

  remove(path: string): void {
    const folder = this.#find(dirname(path))
    if (folder && isFolder(folder)) folder.now.delete(basename(path))
  }

  checkWritable(): void {}
}

/** An error as the system gives it. */
export function errnoError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code, errno: -1, path })
}

export type Operation = keyof Files

/** Calls `before` with each operation's number and name, and does what it says: nothing, or throws. */
export function watched(
  files: Files,
  before: (count: number, operation: Operation, half: () => void) => void,
): Files {
  let count = 0
  const wrap =
    (operation: Operation) =>
    (...args: unknown[]): unknown => {
      const call = files[operation] as (...args: unknown[]) => unknown
      before(count++, operation, () => {
        // What a full disk leaves of a write.
        const [file, content] = args
        if (operation === 'write') call.call(files, file, String(content).slice(0, 40))
      })
      return call.apply(files, args)
    }
  const names: Operation[] = [
    'read',
    'list',
    'stat',
    'real',
    'makeFolder',
    'open',
    'setRights',
    'write',
    'sync',
    'close',
    'rename',
    'remove',
    'checkWritable',
  ]
  return Object.fromEntries(names.map((name) => [name, wrap(name)])) as unknown as Files
}
