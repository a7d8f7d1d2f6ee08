// Ports for files and folders as they are: bytes, text, and a folder of files.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errnoOf, isCodedError, isOutside, normalPath, StageError } from '@weir/base'
import { fsPath } from '../store/byte-path.ts'
import { listTree, statsOf } from '../store/list-tree.ts'
import type { Opened, Port, PortPlace } from './port.ts'

export interface FileInput extends Opened {
  read(): Promise<Buffer>
}
export interface FileOutput extends Opened {
  write(data: string | Uint8Array): Promise<void>
}
export interface TextInput extends Opened {
  read(): Promise<string>
}
export interface TextOutput extends Opened {
  write(text: string): Promise<void>
}
export interface FolderInput extends Opened {
  /** Every file in it and in its folders, relative to it, with `/`, in order of code units. */
  list(): Promise<string[]>
  /** The bytes of one of its files. @throws StageError PATH_OUTSIDE, INPUT_UNREADABLE */
  read(file: string): Promise<Buffer>
}
export interface FolderOutput extends Opened {
  /** Writes a file in it, and makes the folders that hold it. @throws StageError PATH_OUTSIDE */
  write(file: string, data: string | Uint8Array): Promise<void>
}

/** A file, as bytes. */
export function file(path: string): Port<FileInput, FileOutput> {
  return {
    kind: 'file',
    form: 'file',
    path,
    input: (place) => ({ path: place.path, read: () => readInput(place) }),
    output: ({ path }) => ({ path, write: (data) => writeFile(path, data) }),
  }
}

/** A file of UTF-8 text. */
export function text(path: string): Port<TextInput, TextOutput> {
  return {
    kind: 'text',
    form: 'file',
    path,
    input: (place) => ({ path: place.path, read: () => readText(place) }),
    output: ({ path }) => ({ path, write: (text) => writeFile(path, text) }),
  }
}

/** A folder of files. */
export function folder(path: string): Port<FolderInput, FolderOutput> {
  return { kind: 'folder', form: 'folder', path, input: folderInput, output: folderOutput }
}

function folderInput(place: PortPlace): FolderInput {
  return {
    path: place.path,
    list: () => orUnreadable(place, listFiles(place)),
    read: async (file) => readInput({ name: `${place.name}/${file}`, path: inFolder(place, file) }),
  }
}

function folderOutput(place: PortPlace): FolderOutput {
  return {
    path: place.path,
    async write(file, data) {
      const inside = inFolder(place, file)
      await mkdir(dirname(inside), { recursive: true })
      await writeFile(inside, data)
    },
  }
}

/** The path of a file in a folder, by its name alone: a link that lies in the folder is followed. */
function inFolder({ name, path }: PortPlace, file: string): string {
  if (!isOutside(normalPath(file))) return join(path, file)
  throw new StageError('PATH_OUTSIDE', `'${file}' lies outside the folder ${name}`, {
    where: name,
    hint: 'name a file of the folder, relative to it; what lies elsewhere is an input or output of its own',
  })
}

/** Through links, as the folder is hashed. */
async function listFiles({ name, path }: PortPlace): Promise<string[]> {
  const stats = statsOf(path)
  if (!stats) throw new Error('there is nothing')
  if (!stats.isDirectory())
    throw new StageError('INPUT_UNREADABLE', 'it is a file, and its port is one for folders', {
      hint: `make its port one for files: file('${name}')`,
    })
  const { files } = await listTree(path, stats)
  return files.map((file) => file.path)
}

/** The text of an input. @throws StageError INPUT_UNREADABLE */
export async function readText(place: PortPlace): Promise<string> {
  return (await readInput(place)).toString('utf8')
}

function readInput(place: PortPlace): Promise<Buffer> {
  return orUnreadable(place, readFile(fsPath(place.path)))
}

function orUnreadable<Value>(place: PortPlace, reading: Promise<Value>): Promise<Value> {
  return reading.catch((error: unknown) => {
    throw new StageError('INPUT_UNREADABLE', `cannot read ${place.name}: ${whyUnreadable(error)}`, {
      where: place.name,
      hint: hintFor(place, error),
    })
  })
}

/** Without the call and the absolute path that Node puts at the end. */
function whyUnreadable(error: unknown): string {
  if (errnoOf(error) === 'EISDIR') return 'it is a folder, and its port is one for files'
  return error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, '') : String(error)
}

function hintFor({ name }: PortPlace, error: unknown): string {
  if (isCodedError(error) && error.hint !== undefined) return error.hint
  return errnoOf(error) === 'EISDIR'
    ? `make its port one for folders: folder('${name}')`
    : 'run the stage that writes it again, with --force; or mend the file'
}
