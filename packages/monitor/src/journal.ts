// The monitor's journal: one JSON line a look, appended and synced; a torn last line is left out.
import { dirname } from 'node:path'
import { Check } from '@sinclair/typebox/value'
import { CodedError } from '@weir/base'
import { type Files, jsonIfWhole, replaceFile } from '@weir/base/files'
import { MonitorLine } from '@weir/formats/monitor-line'

/**
 * The lines of a journal, oldest first; none where there is no file.
 * @throws CodedError MONITOR_JOURNAL for a line that is none, but for a torn last one
 */
export function readLines(path: string, files: Files): MonitorLine[] {
  const { closed, last } = partsOf(files.read(path) ?? '')
  const lines = closed.map((text, at) => {
    const line = lineIn(text)
    if (line) return line
    throw new CodedError('MONITOR_JOURNAL', `line ${at + 1} is not what a monitor writes`, {
      where: `${path}:${at + 1}`,
      hint: 'move the file away to begin a new journal; the registry and the runs are not in it',
    })
  })
  const unclosed = lineIn(last)
  return unclosed ? [...lines, unclosed] : lines
}

/**
 * Appends lines, and waits until they are on the disk. A last line that a kill tore is left out then, so that only it
 * is lost.
 * @throws what the file system throws
 */
export function appendLines(path: string, lines: readonly MonitorLine[], files: Files): void {
  const { closed, last } = partsOf(files.read(path) ?? '')
  const added = lines.map(textOf).join('')
  files.makeFolder(dirname(path))
  if (last === '') append(path, added, files)
  else replaceFile(path, mended(closed, last) + added, files)
}

/** The text of a file whose last line is closed if it is whole, and left out if it is torn. */
function mended(closed: readonly string[], last: string): string {
  const unclosed = lineIn(last)
  return [...closed.map((text) => `${text}\n`), unclosed ? textOf(unclosed) : ''].join('')
}

/** The texts of a file's closed lines, and what stands after the last of them. */
function partsOf(text: string): { readonly closed: readonly string[]; readonly last: string } {
  const end = text.lastIndexOf('\n') + 1
  return { closed: text.slice(0, end).split('\n').slice(0, -1), last: text.slice(end) }
}

function lineIn(text: string): MonitorLine | undefined {
  const value = jsonIfWhole(text)
  return Check(MonitorLine, value) ? value : undefined
}

function textOf(line: MonitorLine): string {
  return `${JSON.stringify(line)}\n`
}

function append(path: string, text: string, files: Files): void {
  const file = files.open(path, 'append')
  try {
    files.write(file, text)
    files.sync(file)
  } finally {
    files.close(file)
  }
}
