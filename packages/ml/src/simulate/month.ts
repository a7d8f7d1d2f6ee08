// One made-up month: every user's rows, in order of their index, and the probabilities behind the labels.

import { randomStream } from '../statistics/random.ts'
import { makeActivity, type Shifts } from './activity.ts'
import { makeProfile } from './profile.ts'
import type { UserMonth } from './tables.ts'
import { churnProbability, truthOf } from './truth.ts'

/** What a month is like. */
export interface MonthPlan {
  readonly seed: number
  readonly users: number
  /** 0 for the first month. */
  readonly month: number
  /** The first month's as_of, YYYY-MM-DD. */
  readonly start: string
  /** How far the truth has moved, 0 to 1. */
  readonly concept: number
  readonly shifts: Shifts
}

/** The rows of a month with the true probability of each; users are the same in every month. */
export function* simulateMonth(plan: MonthPlan): Generator<UserMonth & { probability: number }> {
  const { seed, month, start, shifts } = plan
  const truth = truthOf(plan.concept)
  for (let index = 0; index < plan.users; index++) {
    const user = makeProfile(seed, index)
    const activity = makeActivity(seed, index, month, user, shifts)
    const probability = churnProbability(truth, user, activity)
    const churned = randomStream(seed, 3, index, month).chance(probability)
    yield { user, activity, churned, start, probability }
  }
}
