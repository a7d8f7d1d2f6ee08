// The made-up users: the same from the same seed, with the marginals of the real exports.
import { describe, expect, test } from 'vitest'
import { makeActivity } from '../src/simulate/activity.ts'
import { simulateMonth } from '../src/simulate/month.ts'
import { makeProfile, type Profile } from '../src/simulate/profile.ts'
import { attainableAuc, churnProbability, termNames, truthOf } from '../src/simulate/truth.ts'
import { binomial, randomStream } from '../src/statistics/random.ts'

const USERS = 20_000
const profiles = Array.from({ length: USERS }, (_, index) => makeProfile(42, index))

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function sd(values: readonly number[]): number {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}

function share(holds: (user: Profile) => boolean): number {
  return mean(profiles.map((user) => Number(holds(user))))
}

describe('random streams', () => {
  test('the seeds decide, each of them', () => {
    const draw = (...seeds: number[]) => randomStream(...seeds).uniform()
    expect(draw(1, 2, 3)).toBe(draw(1, 2, 3))
    expect(
      new Set([draw(1, 2, 3), draw(1, 2, 4), draw(1, 3, 3), draw(2, 2, 3), draw(3, 2, 1)]).size,
    ).toBe(5)
  })

  test('the first draws of neighbouring streams are uniform', () => {
    const counts = new Array<number>(16).fill(0)
    for (let index = 0; index < 32_000; index++) {
      counts[Math.floor(16 * randomStream(42, 3, index, 1).uniform())]! += 1
    }
    const chi2 = counts.reduce((sum, n) => sum + (n - 2000) ** 2 / 2000, 0)
    // python3 -c "from scipy.stats import chi2; print(chi2.ppf(.999, 15))"
    expect(chi2).toBeLessThan(37.7)
  })

  test('normal, Poisson and binomial have their mean and spread', () => {
    const random = randomStream(7)
    const normals = Array.from({ length: USERS }, () => random.normal())
    const counts = Array.from({ length: USERS }, () => random.poisson(2.3))
    const trials = Array.from({ length: USERS }, () => binomial(random, 6, 0.3))
    expect(mean(normals)).toBeCloseTo(0, 1)
    expect(sd(normals)).toBeCloseTo(1, 1)
    expect(mean(counts)).toBeCloseTo(2.3, 1)
    expect(sd(counts)).toBeCloseTo(Math.sqrt(2.3), 1)
    expect(mean(trials)).toBeCloseTo(1.8, 1)
  })
})

describe('profiles', () => {
  test('ids look like the real ones, and no two users share one', () => {
    expect(new Set(profiles.map((user) => user.id)).size).toBe(USERS)
    for (const { id } of profiles.slice(0, 500)) expect(id).toMatch(/^\d{4}-[A-Z]{5}$/)
  })

  test('a user does not depend on how many there are', () => {
    expect(makeProfile(42, 17)).toEqual(profiles[17])
    expect(makeProfile(43, 17).id).not.toBe(profiles[17]?.id)
  })

  test('plans are blank exactly without an internet service, a total exactly before the first bill', () => {
    for (const user of profiles) {
      expect(user.streamTv === null).toBe(user.netService === 'No')
      expect(user.streamMovies === null).toBe(user.netService === 'No')
      expect(user.totalPaid === null).toBe(user.monthsActive === 0)
    }
    expect(share((user) => user.monthsActive === 0)).toBeGreaterThan(0)
  })

  // The expected shares, means and deviations are those of the real exports of January 2024, by pandas:
  // pd.read_csv('subscriptions.csv').describe(), .value_counts(normalize=True)
  test('shares are those of the real exports', () => {
    expect(share((user) => user.netService === 'Fiber optic')).toBeCloseTo(0.44, 1)
    expect(share((user) => user.netService === 'No')).toBeCloseTo(0.217, 1)
    expect(share((user) => user.contract === 'Month-to-month')).toBeCloseTo(0.55, 1)
    expect(share((user) => user.contract === 'Two year')).toBeCloseTo(0.241, 1)
    expect(share((user) => user.streamTv === true)).toBeCloseTo(0.384, 1)
    expect(share((user) => user.paperless)).toBeCloseTo(0.592, 1)
    expect(share((user) => user.hasDependents)).toBeCloseTo(0.3, 1)
    expect(share((user) => user.isSenior)).toBeCloseTo(0.162, 1)
  })

  test('tenure and fee have the real means and deviations, and go together', () => {
    const months = profiles.map((user) => user.monthsActive)
    const fees = profiles.map((user) => user.monthlyFee)
    expect(Math.abs(mean(months) - 32.4)).toBeLessThan(0.8)
    expect(Math.abs(sd(months) - 24.6)).toBeLessThan(0.8)
    expect(Math.abs(mean(fees) - 64.8)).toBeLessThan(1)
    expect(Math.abs(sd(fees) - 30.1)).toBeLessThan(1.5)
    const both = mean(months.map((value, at) => value * (fees[at] ?? 0)))
    const correlation = (both - mean(months) * mean(fees)) / (sd(months) * sd(fees))
    expect(correlation).toBeGreaterThan(0.15)
  })
})

describe('activity', () => {
  const draw = (shifts: Parameters<typeof makeActivity>[4]) =>
    profiles.map((user, index) => makeActivity(42, index, 1, user, shifts))

  test('means and deviations are those of the real exports', () => {
    const months = draw({})
    expect(mean(months.map((month) => month.watchHours))).toBeCloseTo(29.6, 0)
    expect(sd(months.map((month) => month.watchHours))).toBeCloseTo(6.75, 0)
    expect(mean(months.map((month) => month.rebuffers))).toBeCloseTo(2.31, 1)
    expect(mean(months.map((month) => month.failedPayments))).toBeCloseTo(0.16, 1)
    expect(mean(months.map((month) => month.tickets))).toBeCloseTo(0.3, 1)
  })

  test('a shift moves its column by so many standard deviations, and no other', () => {
    const [before, after] = [draw({}), draw({ rebuffer_events_7d: 0.5 })]
    const moved = mean(after.map((m) => m.rebuffers)) - mean(before.map((m) => m.rebuffers))
    expect(moved / Math.sqrt(2.31)).toBeCloseTo(0.5, 1)
    expect(after.map((month) => month.watchHours)).toEqual(before.map((month) => month.watchHours))
  })
})

describe('the truth', () => {
  const month = { seed: 42, users: 4000, start: '2024-01-31', month: 0, concept: 0, shifts: {} }

  test('labels are drawn with the true probabilities', () => {
    const rows = [...simulateMonth(month)]
    const churned = mean(rows.map((row) => Number(row.churned)))
    expect(churned).toBeCloseTo(mean(rows.map((row) => row.probability)), 1)
    const high = rows.filter((row) => row.probability > 0.5)
    expect(mean(high.map((row) => Number(row.churned)))).toBeGreaterThan(0.5)
  })

  test('about .83 can be attained before and after the shift', () => {
    for (const concept of [0, 1]) {
      const rows = [...simulateMonth({ ...month, concept })]
      const auc = attainableAuc(Float64Array.from(rows, (row) => row.probability))
      expect(Math.abs(auc - 0.83)).toBeLessThan(0.02)
    }
  })

  test('a concept between the two is their mixture', () => {
    const [before, half, after] = [truthOf(0), truthOf(0.5), truthOf(1)]
    for (const term of termNames)
      expect(half[term]).toBeCloseTo((before[term] + after[term]) / 2, 12)
    expect(before.months_active).toBeLessThan(-1)
    expect(after.months_active).toBeGreaterThan(0)
  })

  test('the probability is the logistic function of the sum of the terms', () => {
    const zero = Object.fromEntries(termNames.map((term) => [term, 0]))
    const user = makeProfile(42, 0)
    const activity = makeActivity(42, 0, 0, user, {})
    const truth = { ...truthOf(0), ...zero, intercept: -1.0986122886681098 }
    expect(churnProbability(truth, user, activity)).toBeCloseTo(0.25, 12)
  })

  // python3 -c "
  // p=[.1,.4,.4,.9];r=range(4)
  // print(sum(p[i]*(1-p[j])*((p[i]>p[j])+.5*(p[i]==p[j])) for i in r for j in r if i!=j)
  //       /sum(p[i]*(1-p[j]) for i in r for j in r if i!=j))"
  test('the attainable AUC is the expected share of pairs in the right order', () => {
    expect(attainableAuc(Float64Array.of(0.4, 0.9, 0.1, 0.4))).toBeCloseTo(0.8636363636363636, 12)
  })
})
