// The monitor's journal: one JSON line a look, appended and synced; a torn last line is left out.
import { join } from 'node:path'
import { Check } from '@sinclair/typebox/value'
import { CodedError } from '@weir/base/coded-error'
import { jsonIfWhole } from '@weir/base/read-text'
import type { Files } from '@weir/base/text-files'
import { MonitorLine } from '@weir/formats/monitor-line'

/**
 * The lines of a journal, oldest first; none where there is no file.
 * @throws CodedError MONITOR_JOURNAL for a line that is none, but for a torn last one
 */
export function readLines(path: string, files: Files): MonitorLine[] {
  const texts = (files.read(path) ?? '').split('\n')
  const torn = texts.pop()
  if (torn !== '') texts.push(torn ?? '')
  return texts.flatMap((text, at): MonitorLine[] => {
    const value = jsonIfWhole(text)
    if (Check(MonitorLine, value)) return [value]
    if (at === texts.length - 1 && torn !== '') return []
    throw new CodedError('MONITOR_JOURNAL', `line ${at + 1} is not what a monitor writes`, {
      where: `${path}:${at + 1}`,
      hint: 'move the file away to begin a new journal; the registry and the runs are not in it',
    })
  })
}

/**
 * Appends lines, and waits until they are on the disk. A torn last line, which a kill left, is closed first, so that
 * only it is lost.
 * @throws what the file system throws
 */
export function appendLines(path: string, lines: readonly MonitorLine[], files: Files): void {
  const before = files.read(path) ?? ''
  files.makeFolder(join(path, '..'))
  const kept = before.slice(0, before.lastIndexOf('\n') + 1)
  const added = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  const whole = kept.length === before.length
  const file = files.open(path, whole ? 'append' : 'empty')
  try {
    files.write(file, whole ? added : kept + added)
    files.sync(file)
  } finally {
    files.close(file)
  }
}
