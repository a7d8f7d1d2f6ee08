// Which alerts a look has, and that each cause is told once.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alertsOf, fresh, unsent } from '../src/alerts.ts'
import { look, sent } from './rig.ts'

const causes = (about: Parameters<typeof look>[0]) =>
  alertsOf(look(about)).map(({ cause }) => cause)

describe('alertsOf', () => {
  it.each([
    [{}, []],
    [{ action: 'wait' }, []],
    [{ action: 'retrain', decision: 'rejected' }, ['retrain 2024-02-29']],
    [
      { action: 'retrain', decision: 'promoted', production: 2 },
      ['retrain 2024-02-29', 'promoted v2'],
    ],
    [{ action: 'bootstrap', decision: 'promoted' }, ['promoted v1']],
    [
      { action: 'retrain', decision: 'awaiting_approval' },
      ['retrain 2024-02-29', 'approval 2024-02-29'],
    ],
    // What stands in the artefacts of an idle look was told when it was made.
    [{ outcome: 'idle', action: 'retrain', decision: 'promoted' }, []],
    [{ outcome: 'interrupted' }, []],
  ] as const)('of %o are %o', (about, expected) => expect(causes(about)).toEqual(expected))

  it('name a period that waits for a person, and a stage that failed, with the problem', () => {
    const problem = { code: 'PERIOD_SUSPICIOUS', message: 'half the rows', stage: 'validate' }
    const [wrong] = alertsOf(look({ outcome: 'suspicious', problem }))
    expect(wrong).toEqual({
      cause: 'suspicious 2024-02-29',
      text: 'The exports of 2024-02-29 look wrong, and wait for a person: half the rows',
    })
    const [failed] = alertsOf(look({ outcome: 'failed', problem: { ...problem, code: 'DISK' } }))
    expect(failed).toEqual({
      cause: 'failed 2024-02-29 DISK in validate',
      text: 'The run of 2024-02-29 failed in validate: DISK: half the rows',
    })
    const [early] = alertsOf(
      look({ outcome: 'failed', problem: { code: 'X', message: 'm', stage: null } }),
    )
    expect(early?.text).toBe('The run of 2024-02-29 failed: X: m')
  })

  it('have the F1 of served predictions with its labels, bound and floor', () => {
    const figures = { auc: 0.7, precision: 0.4, recall: 0.5, brier: 0.2, floor: 0.6 }
    const f1 = { value: 0.45, low: 0.4, high: 0.51234 }
    const one = { period: '2024-01-31', n: 500, f1, ...figures, below: true }
    const [alert, ...more] = alertsOf(
      look({ outcome: 'idle', served: [one, { ...one, period: '2023-12-31', below: false }] }),
    )
    expect(more).toEqual([])
    expect(alert).toEqual({
      cause: 'f1 2024-01-31',
      text: 'The predictions served for 2024-01-31 have F1 0.450 on 500 labels, at most 0.512: below the floor of 0.600.',
    })
  })
})

describe('telling', () => {
  const alert = (cause: string) => ({ cause, text: `${cause}!` })

  it('leaves out what an earlier look has told', () => {
    const before = [look({ alerts: [alert('a')] }), sent('b')]
    expect(fresh([alert('a'), alert('b')], before)).toEqual([alert('b')])
  })

  it('is due again where a month that was repaired fails again, and a version comes back', () => {
    const failed = alert('failed 2024-02-29 X in ingest')
    const wrong = alert('suspicious 2024-02-29')
    const before = [look({ outcome: 'failed', alerts: [failed, wrong] })]
    expect(fresh([failed, wrong], before)).toEqual([])
    const elsewhere = look({ period: '2024-01-31' })
    expect(fresh([failed, wrong], [...before, elsewhere])).toEqual([])
    expect(fresh([failed, wrong], [...before, look()])).toEqual([failed, wrong])
    const [one, two] = [alert('promoted v1'), alert('promoted v2')]
    expect(fresh([one], [look({ alerts: [one] })])).toEqual([])
    expect(fresh([one], [look({ alerts: [one] }), look({ alerts: [two] })])).toEqual([one])
    const twice = [
      look({ alerts: [failed] }),
      sent(failed.cause),
      look(),
      look({ alerts: [failed] }),
    ]
    expect(unsent(twice, 'hooks.example')).toEqual([failed])
  })

  it('sends to each place what did not reach it, in the order of the looks', () => {
    const lines = [
      look({ alerts: [alert('a'), alert('b')] }),
      sent('a'),
      look({ alerts: [alert('b'), alert('c')] }),
      sent('c', 'other.example'),
    ]
    expect(unsent(lines, 'hooks.example')).toEqual([alert('b'), alert('c')])
    expect(unsent(lines, 'other.example')).toEqual([alert('a'), alert('b')])
  })

  it('sends each cause once while it lasts, however looks and deliveries are mixed', () => {
    const step = fc.record({ causes: fc.subarray(['a', 'b', 'c', 'd']), works: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const lines: Parameters<typeof unsent>[0][number][] = []
        const reached: string[] = []
        for (const { causes: found, works } of steps) {
          lines.push(look({ alerts: fresh(found.map(alert), lines) }))
          for (const { cause } of works ? unsent(lines, 'hooks.example') : []) {
            reached.push(cause)
            lines.push(sent(cause))
          }
        }
        expect(new Set(reached).size).toBe(reached.length)
        const told = new Set(steps.flatMap(({ causes: found }) => found))
        const open = unsent(lines, 'hooks.example').map(({ cause }) => cause)
        expect([...reached, ...open].sort()).toEqual([...told].sort())
      }),
    )
  })
})
