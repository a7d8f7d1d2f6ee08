// A run by a word, and a run as the lines of its journal tell it, however many of them there are.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findRun } from '../../src/commands/find-run.ts'
import { type RecordedRun, recordedRun } from '../../src/session/recorded-run.ts'
import { type JournalLine, journalLines, RUN_SCHEMA } from '../../src/session/run-events.ts'

const head = (run: string): JournalLine => ({
  at: '2024-01-31T00:00:00.000Z',
  kind: 'run',
  schema: RUN_SCHEMA,
  run,
  weir: '1',
  program: 'p',
  node: 'v24',
  host: 'h',
  pid: 1,
  command: 'weir',
  params: {},
})
const at = (second: number) => `2024-01-31T00:00:0${second}.000Z`
const LINES: JournalLine[] = [
  head('r'),
  { at: at(1), kind: 'run_started', stages: ['a', 'b', 'c'] },
  { at: at(2), kind: 'stage_started', stage: 'b', reasons: [{ kind: 'never_run' }] },
  { at: at(3), kind: 'stage_started', stage: 'a', reasons: [{ kind: 'forced' }] },
  {
    at: at(4),
    kind: 'stage_ended',
    result: { name: 'b', outcome: 'ran', reasons: [{ kind: 'never_run' }], seconds: 2 },
  },
  { at: at(5), kind: 'warning', message: 'w' },
  { at: at(6), kind: 'interrupted', stages: ['a'], atOnce: false },
  { at: at(7), kind: 'run_ended', ok: false, seconds: 7, problems: [] },
] as JournalLine[]

function run(lines: readonly JournalLine[]): RecordedRun {
  const found = recordedRun(lines)
  if (!found) throw new Error('no run')
  return found
}

describe('findRun', () => {
  const runs = ['20240131-bb12', '20240130-aa12', '20240130-cc99'].map((id) => run([head(id)]))
  const idOf = (word: string) => findRun(runs, word).head.run

  it('takes an id, a beginning and an end that only one run has', () => {
    expect(idOf('20240130-aa12')).toBe('20240130-aa12')
    expect(idOf('20240131')).toBe('20240131-bb12')
    expect(idOf('cc99')).toBe('20240130-cc99')
  })

  it('takes no middle of an id, and nothing that several have', () => {
    const refused = (word: string, message: string) =>
      expect(() => idOf(word)).toThrow(
        expect.objectContaining({
          code: 'UNKNOWN_RUN',
          exit: 2,
          message,
          hint: 'weir runs lists them; the last one is 20240131-bb12',
        }),
      )
    refused('0130-aa', "there is no run '0130-aa'")
    refused('20240130', "'20240130' may mean 2 runs")
    refused('12', "'12' may mean 2 runs")
  })

  it('says that there is none yet', () => {
    expect(() => findRun([], 'x')).toThrow(
      expect.objectContaining({ hint: 'no run is recorded yet' }),
    )
  })
})

describe('a recorded run', () => {
  it('has its stages in the order of the selection: those that began or ended', () => {
    const whole = run(LINES)
    expect(whole.stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a unfinished',
      'b ran',
    ])
    expect(whole).toMatchObject({
      result: 'interrupted',
      seconds: 7,
      git: null,
      warnings: [{ message: 'w' }],
      startedAt: '2024-01-31T00:00:00.000Z',
      endedAt: at(7),
    })
  })

  it.each([
    [true, 'ok'],
    [false, 'failed'],
  ])('that ended with ok %s is %s', (ok, result) => {
    const end: JournalLine = { at: at(1), kind: 'run_ended', ok, seconds: 1, problems: [] }
    expect(run([head('r'), end]).result).toBe(result)
  })

  it('is none without its head, or with that of another version', () => {
    expect(recordedRun([])).toBeUndefined()
    expect(recordedRun(LINES.slice(1))).toBeUndefined()
    const later = { ...head('r'), schema: 'weir/run/2' } as unknown as JournalLine
    expect(recordedRun([later, ...LINES.slice(1)])).toBeUndefined()
  })

  it('property: cut off at any byte, its journal has the whole lines before, and the run is unfinished', () => {
    const texts = LINES.map((line) => `${JSON.stringify(line)}\n`)
    const text = texts.join('')
    fc.assert(
      fc.property(fc.nat(text.length - 2), (cut) => {
        // The line is whole as soon as only its end is missing.
        let [whole, used] = [0, 0]
        for (const one of texts) {
          used += one.length
          if (used - 1 <= cut) whole++
        }
        const lines = journalLines(text.slice(0, cut))
        expect(lines).toEqual(LINES.slice(0, whole))
        if (whole > 0) expect(run(lines).result).toBe('unfinished')
      }),
      { numRuns: 200 },
    )
  })
})
