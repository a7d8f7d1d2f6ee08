// The file of accepted periods: read, held against a period's tables and labels, and added to without touching the rest.
import type { Finding } from '@weir/ml/plausibility'
import { describe, expect, test } from 'vitest'
import {
  type Acceptance,
  acceptanceOf,
  readAcceptances,
  withAcceptance,
} from '../src/acceptances.ts'

const ENTRY: Acceptance = {
  period: '2024-02-29',
  reason: 'a new currency: "kr"\nsince February',
  by: 'ada',
  at: '2024-03-01T08:00:00.000Z',
  findings: ['subscriptions.fee, factor: expected 1 to 3; found 10'],
  tables: { users: 'aa-3', subscriptions: 'bb-3' },
  labels: null,
}
const finding = (ofLabels: boolean): Finding => ({
  ...{ figure: 'rows', table: 'users', column: null, expected: '', found: '', ofLabels },
})

describe('the file', () => {
  test.each([
    ['with comments only', '# Periods.\n# More.\n'],
    ['that is empty', ''],
    ['with an empty list', '# Periods.\n[]\n'],
    ['whose comments name a period: of the empty list', '# Each has period: and reason.\n[]\n'],
    ['with nothing said', '~\n'],
    ['with an empty list and a comment behind it', '[] # none yet\n'],
    ['with a list in brackets', `# Periods.\n[${JSON.stringify(ENTRY)}]\n`],
    [
      'with an indented list',
      `# Periods.\n${withAcceptance('', ENTRY).replace(/^/gm, '  ').trimEnd()}\n`,
    ],
    ['with an end of the document', `${withAcceptance('', ENTRY)}...\n`],
    ['with carriage returns', withAcceptance('# Periods.\n', ENTRY).replaceAll('\n', '\r\n')],
    ['with an entry and no last newline', withAcceptance('# Periods.\n', ENTRY).trimEnd()],
  ])('%s takes an entry more, and keeps what it has', (_, text) => {
    const before = readAcceptances(text, 'accepted.yaml')
    const now = withAcceptance(text, { ...ENTRY, period: '2024-03-31' })
    expect(readAcceptances(now, 'accepted.yaml')).toEqual([
      ...before,
      { ...ENTRY, period: '2024-03-31' },
    ])
    for (const comment of text.match(/^#.*$/gm) ?? []) expect(now).toContain(comment)
  })

  test('takes no entry that a later run would refuse', () => {
    expect(() => withAcceptance('', { ...ENTRY, by: '' })).toThrow(
      expect.objectContaining({ code: 'ACCEPTED_INVALID' }),
    )
  })

  test.each([
    [
      'has a conflict',
      `<<<<<<< HEAD\n${withAcceptance('', ENTRY)}=======\n>>>>>>> b\n`,
      /accepted/,
    ],
    ['is no YAML', '- period: [', /accepted.yaml:1:/],
    ['is no list', 'period: "2024-02-29"\n', /expected a list/],
    [
      'lacks a reason',
      withAcceptance('', ENTRY).replace(/ {2}reason:[\s\S]*? {2}by:/, '  by:'),
      /reason/,
    ],
    ['names no day', withAcceptance('', ENTRY).replaceAll('2024-02-29', '2024-02-30'), /period/],
  ])('that %s is told', (_, text, told) => {
    expect(() => readAcceptances(text, 'accepted.yaml')).toThrow(
      expect.objectContaining({ code: 'ACCEPTED_INVALID' }),
    )
    try {
      readAcceptances(text, 'accepted.yaml')
    } catch (error) {
      const { where, message } = error as { where: string; message: string }
      expect(`${where} ${message}`).toMatch(told)
    }
  })
})

describe('an entry lets a finding pass', () => {
  const passes = (tables: Acceptance['tables'], labels: string | null, ofLabels = false) =>
    acceptanceOf([ENTRY], '2024-02-29', { tables, labels }, finding(ofLabels)) !== undefined

  test('of the very tables, and of its own period', () => {
    expect(passes(ENTRY.tables, null)).toBe(true)
    expect(passes({ ...ENTRY.tables, users: 'ab-3' }, null)).toBe(false)
    expect(passes({ users: 'aa-3' }, null)).toBe(false)
    expect(passes({ ...ENTRY.tables, more: 'cc-1' }, null)).toBe(false)
    const other = acceptanceOf([ENTRY], '2024-01-31', ENTRY, finding(false))
    expect(other).toBeUndefined()
  })

  test('labels that came since are no other export, but a finding of theirs is a new one', () => {
    expect(passes(ENTRY.tables, 'dd-3')).toBe(true)
    expect(passes(ENTRY.tables, 'dd-3', true)).toBe(false)
    expect(passes(ENTRY.tables, null, true)).toBe(true)
  })
})
