// The known truth of the made-up months: who churns, as a logistic function of the features.
import { expectedAuc } from '../metrics/expected.ts'
import type { Activity } from './activity.ts'
import type { Profile } from './profile.ts'

/** A coefficient for each term of the truth, on the logit scale. */
export type Coefficients = Readonly<Record<Term, number>>
export type Term = keyof typeof TERMS

/** The terms: numbers are standardised by the real exports' mean and standard deviation, the rest are 0 or 1. */
const TERMS = {
  intercept: () => 1,
  months_active: (user: Profile) => (user.monthsActive - 32.4) / 24.6,
  monthly_fee: (user: Profile) => (user.monthlyFee - 64.8) / 30.1,
  'net_service = Fiber optic': (user: Profile) => Number(user.netService === 'Fiber optic'),
  'net_service = No': (user: Profile) => Number(user.netService === 'No'),
  paperless_billing: (user: Profile) => Number(user.paperless),
  plan_stream_tv: (user: Profile) => Number(user.streamTv ?? false),
  watch_hours_30d: (_: Profile, month: Activity) => (month.watchHours - 29.6) / 6.75,
  skips_7d: (user: Profile) => (user.skips - 5.05) / 2.25,
  rebuffer_events_7d: (_: Profile, month: Activity) => (month.rebuffers - 2.31) / 1.52,
  failed_payments_90d: (_: Profile, month: Activity) => (month.failedPayments - 0.16) / 0.4,
  support_tickets_90d: (_: Profile, month: Activity) => (month.tickets - 0.3) / 0.55,
}
export const termNames = Object.keys(TERMS) as readonly Term[]

/** The first truth: new customers on an expensive line leave. */
const BEFORE: Coefficients = {
  intercept: -2.15,
  months_active: -1.4,
  monthly_fee: 0.25,
  'net_service = Fiber optic': 0.95,
  'net_service = No': -0.6,
  paperless_billing: 0.35,
  plan_stream_tv: 0.1,
  watch_hours_30d: -0.2,
  skips_7d: 0,
  rebuffer_events_7d: 0.3,
  failed_payments_90d: 0.3,
  support_tickets_90d: 0.35,
}

/** The truth after the concept has shifted: tenure no longer holds anyone, bad service drives them out. */
const AFTER: Coefficients = {
  intercept: -1.8,
  months_active: 0.1,
  monthly_fee: 0.2,
  'net_service = Fiber optic': -0.2,
  'net_service = No': 0.2,
  paperless_billing: 0,
  plan_stream_tv: 0,
  watch_hours_30d: -0.75,
  skips_7d: 0.4,
  rebuffer_events_7d: 0.85,
  failed_payments_90d: 0.55,
  support_tickets_90d: 0.65,
}

/** The truth of a month whose concept has moved by `concept`: 0 the first, 1 the other, between them the mixture. */
export function truthOf(concept: number): Coefficients {
  const mixed = termNames.map((term) => [
    term,
    (1 - concept) * BEFORE[term] + concept * AFTER[term],
  ])
  return Object.fromEntries(mixed) as Coefficients
}

/** The true probability that a user with these facts churns. */
export function churnProbability(truth: Coefficients, user: Profile, month: Activity): number {
  let logit = 0
  for (const term of termNames) logit += truth[term] * TERMS[term](user, month)
  return 1 / (1 + Math.exp(-logit))
}

/**
 * The AUC that the true probabilities themselves attain, in expectation over the labels. No model does
 * better but by luck. NaN without two rows.
 */
export function attainableAuc(probabilities: Float64Array): number {
  return expectedAuc(probabilities).value
}
