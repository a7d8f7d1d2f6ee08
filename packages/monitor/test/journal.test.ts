// The monitor's journal: what a kill may leave, and what it may not.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diskFiles } from '@weir/base/files'
import { describe, expect, it } from 'vitest'
import { appendLines, readLines } from '../src/journal.ts'
import { folder, look, sent } from './rig.ts'

const place = () => join(folder(), 'deep', 'journal.jsonl')
const read = (path: string) => readLines(path, diskFiles)

describe('the journal', () => {
  it('is empty before there is one, and keeps lines in order', () => {
    const path = place()
    expect(read(path)).toEqual([])
    appendLines(path, [look({ period: '2024-01-31' })], diskFiles)
    appendLines(path, [look(), sent('a')], diskFiles)
    expect(read(path)).toEqual([look({ period: '2024-01-31' }), look(), sent('a')])
  })

  it('loses only the line that a kill tore, wherever it was torn', () => {
    const whole = `${JSON.stringify(look())}\n`
    const torn = JSON.stringify(sent('a'))
    for (let at = 1; at < torn.length; at++) {
      const path = place()
      appendLines(path, [look()], diskFiles)
      appendFileSync(path, torn.slice(0, at))
      expect(read(path)).toEqual([look()])
      appendLines(path, [sent('b')], diskFiles)
      expect(read(path)).toEqual([look(), sent('b')])
      expect(readFileSync(path, 'utf8').startsWith(whole)).toBe(true)
    }
  })

  it('keeps a last line that is whole but for its end', () => {
    const path = place()
    appendLines(path, [look()], diskFiles)
    appendFileSync(path, JSON.stringify(sent('a')))
    expect(read(path)).toEqual([look(), sent('a')])
    appendLines(path, [sent('b')], diskFiles)
    expect(read(path)).toEqual([look(), sent('a'), sent('b')])
  })

  it.each([
    'not JSON',
    '{"schema":"weir/monitor/1","kind":"look"}',
    '{"kind":"other"}',
    '',
  ])('says where a line is that no monitor wrote: %j', (line) => {
    const path = place()
    appendLines(path, [look()], diskFiles)
    appendFileSync(path, `${line}\n${JSON.stringify(sent('a'))}\n`)
    expect(() => read(path)).toThrowError(
      expect.objectContaining({ code: 'MONITOR_JOURNAL', where: `${path}:2` }),
    )
  })

  it('says which file the disk refuses, and leaves it as it was', () => {
    const path = place()
    appendLines(path, [look()], diskFiles)
    const full = {
      ...diskFiles,
      write() {
        throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
      },
    }
    expect(() => appendLines(path, [sent('a')], full)).toThrowError('no space')
    expect(read(path)).toEqual([look()])
    writeFileSync(path, '')
    expect(read(path)).toEqual([])
  })
})
