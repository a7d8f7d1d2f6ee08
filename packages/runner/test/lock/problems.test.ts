// What is said of a pipeline.lock that cannot be read: where, and what to do.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { damaged, wrongSchema } from '../../src/store/lock-problems.ts'

const line = fc.stringMatching(/^[a-z :]{0,12}$/)

describe('damaged', () => {
  it('names the line of the offset', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), fc.nat(), (lines, pick) => {
        const text = lines.join('\n')
        const offset = pick % (text.length + 1)
        const { code, place } = damaged(text, offset)
        expect(code).toBe('LOCK_DAMAGED')
        const before = lines.slice(0, (place?.line ?? 0) - 1)
        const start = before.reduce((sum, row) => sum + row.length + 1, 0)
        expect(start).toBeLessThanOrEqual(offset)
        expect(offset).toBeLessThanOrEqual(start + (lines[before.length]?.length ?? 0))
      }),
    )
  })

  it.each([
    '<<<<<<< HEAD',
    '=======',
    '>>>>>>> topic',
  ])('finds a conflict of git by %j wherever it stands, and not by a part of it', (mark) => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const { message, place } = damaged([...lines, mark, 'x'].join('\n'), 0)
        expect(message).toContain('git conflict')
        expect(place?.line).toBe(lines.length + 1)
      }),
    )
    expect(damaged(mark.slice(1), 0).message).not.toContain('conflict')
    expect(damaged(` ${mark}`, 0).message).not.toContain('conflict')
  })
})

describe('wrongSchema', () => {
  it.each([
    ['weir/lock/3', 'LOCK_FUTURE'],
    ['weir/lock/99', 'LOCK_FUTURE'],
    ['weir/lock/2', 'LOCK_DAMAGED'],
    ['weir/lock/1', 'LOCK_DAMAGED'],
    ['weir/lock/x', 'LOCK_DAMAGED'],
    ['2.0', 'LOCK_DAMAGED'],
    [undefined, 'LOCK_DAMAGED'],
  ])('takes %s for %s', (schema, code) => {
    const problem = wrongSchema(schema, `# head\nschema: ${schema}\nstages:\n`)
    expect(problem.code).toBe(code)
    if (code === 'LOCK_FUTURE') expect(problem).toMatchObject({ place: { line: 2 } })
    expect(problem.hint).toBeTruthy()
  })
})
