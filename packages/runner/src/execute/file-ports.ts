// Ports for files and folders as they are: bytes, text, and a folder of files.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { byCodeUnit, isOutside, normalPath } from '@weir/base/paths'
import { StageError } from '@weir/base/stage-error'
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
    path,
    input: (place) => ({ path: place.path, read: () => readInput(place) }),
    output: ({ path }) => ({ path, write: (data) => writeFile(path, data) }),
  }
}

/** A file of UTF-8 text. */
export function text(path: string): Port<TextInput, TextOutput> {
  return {
    kind: 'text',
    path,
    input: (place) => ({ path: place.path, read: () => readText(place) }),
    output: ({ path }) => ({ path, write: (text) => writeFile(path, text) }),
  }
}

/** A folder of files. */
export function folder(path: string): Port<FolderInput, FolderOutput> {
  return { kind: 'folder', path, input: folderInput, output: folderOutput }
}

function folderInput(place: PortPlace): FolderInput {
  return {
    path: place.path,
    list: () => orUnreadable(place, listFiles(place.path)),
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

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => !entry.isDirectory())
  const names = files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
  return names.map((name) => name.split(sep).join('/')).sort(byCodeUnit)
}

/** The text of an input. @throws StageError INPUT_UNREADABLE */
export async function readText(place: PortPlace): Promise<string> {
  return (await readInput(place)).toString('utf8')
}

function readInput(place: PortPlace): Promise<Buffer> {
  return orUnreadable(place, readFile(place.path))
}

function orUnreadable<Value>(place: PortPlace, reading: Promise<Value>): Promise<Value> {
  return reading.catch((error: unknown) => {
    throw new StageError('INPUT_UNREADABLE', `cannot read ${place.name}: ${String(error)}`, {
      where: place.name,
      hint: 'run the stage that writes it again, with --force; or mend the file',
    })
  })
}
