// Which period drift is measured against, and what is said where there is none.
import { sha256 } from '@weir/base'
import { describe, expect, it } from 'vitest'
import { referencePeriod } from '../../stages/periods/drift-reference.ts'

const PERIODS = ['2024-01-31', '2024-02-29', '2024-03-31']
const incumbent = (asOf: string) => ({
  version: 1,
  digest: sha256('bundle'),
  as_of: asOf,
  bundle: 'b',
})

describe('the reference period', () => {
  it('production: the period that Production was trained on; none without Production', () => {
    const found = referencePeriod('production', '2024-03-31', PERIODS, incumbent('2024-01-31'))
    expect(found).toBe('2024-01-31')
    expect(referencePeriod('production', '2024-03-31', PERIODS, null)).toBeNull()
  })

  it('previous: the latest before the current one, whoever is in Production; none in the first', () => {
    const found = referencePeriod('previous', '2024-03-31', PERIODS, incumbent('2024-01-31'))
    expect(found).toBe('2024-02-29')
    expect(referencePeriod('previous', '2024-01-31', PERIODS, null)).toBeNull()
  })

  it('a date: that period', () => {
    expect(referencePeriod('2024-01-31', '2024-03-31', PERIODS, null)).toBe('2024-01-31')
  })

  it.each([
    ['2024-03-31', 'DRIFT_REFERENCE_SAME'],
    ['2024-04-30', 'DRIFT_REFERENCE_LATER'],
    ['2023-12-31', 'DRIFT_REFERENCE_MISSING'],
  ])('%s is refused with %s', (choice, code) => {
    expect(() => referencePeriod(choice, '2024-03-31', PERIODS, null)).toThrow(
      expect.objectContaining({ code, where: `drift.reference, ${choice} from params` }),
    )
  })

  it('a period of Production that is gone is refused by name', () => {
    const gone = incumbent('2023-12-31')
    expect(() => referencePeriod('production', '2024-03-31', PERIODS, gone)).toThrow(
      expect.objectContaining({
        code: 'DRIFT_REFERENCE_MISSING',
        where: 'drift.reference, 2023-12-31 from Production (version 1)',
        hint: expect.stringContaining('2024-01-31, 2024-02-29'),
      }),
    )
  })
})
