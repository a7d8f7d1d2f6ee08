// What the notebook reads of a log: all of a small one, the two ends of a large one.
import { truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readableLog } from '../../src/report/log-block.ts'
import { logExcerpt } from '../../src/session/log-excerpt.ts'
import { folderWith } from '../project-folder.ts'

const excerptOf = (text: string): string => {
  const root = folderWith({ log: text })
  return logExcerpt(join(root, 'log'), 'where/it/is')
}

describe('logExcerpt', () => {
  it('gives a small log whole', () => {
    for (const text of ['', 'a\n', `${'x'.repeat(100)}\n`.repeat(1000)])
      expect(excerptOf(text)).toBe(text)
  })

  it('gives the ends of a large one, what is left out and where the whole is; a page takes that as it is', () => {
    const lines = Array.from({ length: 100_000 }, (_, n) => `line ${n}`)
    const shown = excerptOf(`${lines.join('\n')}\n`)
      .trimEnd()
      .split('\n')
    expect(shown.slice(0, 60)).toEqual(lines.slice(0, 60))
    expect(shown[60]).toBe('… 1.1 MB left out; the whole log: where/it/is …')
    expect(shown.slice(61)).toEqual(lines.slice(-138))
    expect(readableLog(shown.join('\n'), 'where/it/is')).toBe(shown.join('\n'))
  })

  it('of one line that is larger than memory allows, some', () => {
    const root = folderWith({ log: 'start' })
    truncateSync(join(root, 'log'), 8e9)
    const text = readableLog(logExcerpt(join(root, 'log'), 'where/it/is'))
    expect(text).toMatch(/^start.*\n… 7999.8 MB left out; the whole log: where\/it\/is …\n/s)
    expect(text.length).toBeLessThan(3000)
  })
})
