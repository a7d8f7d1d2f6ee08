// A made-up user of StreamFlow: what stays the same from month to month.
import { binomial, type Random, randomStream } from '../statistics/random.ts'

export type NetService = 'DSL' | 'Fiber optic' | 'No'
export type Contract = 'Month-to-month' | 'One year' | 'Two year'

/** A user's lasting facts. Without an internet service the plans are blank. */
export interface Profile {
  readonly id: string
  readonly gender: 'Female' | 'Male'
  readonly isSenior: boolean
  readonly hasFamily: boolean
  readonly hasDependents: boolean
  readonly netService: NetService
  readonly contract: Contract
  readonly monthsActive: number
  readonly streamTv: boolean | null
  readonly streamMovies: boolean | null
  readonly paperless: boolean
  /** In currency, cents kept. */
  readonly monthlyFee: number
  /** Null before the first bill. */
  readonly totalPaid: number | null
  readonly devices: number
  readonly skips: number
  /** Average hours to resolve a ticket, tenths kept. */
  readonly resolutionHours: number
}

// Shares and quantiles as in the real exports of January 2024 (7,043 users).
const SERVICES: readonly [NetService, number][] = [
  ['DSL', 0.3437],
  ['Fiber optic', 0.4396],
  ['No', 0.2167],
]
const CONTRACTS: Readonly<Record<NetService, readonly [Contract, number][]>> = {
  DSL: [
    ['Month-to-month', 0.505],
    ['One year', 0.235],
    ['Two year', 0.26],
  ],
  'Fiber optic': [
    ['Month-to-month', 0.687],
    ['One year', 0.174],
    ['Two year', 0.139],
  ],
  No: [
    ['Month-to-month', 0.343],
    ['One year', 0.239],
    ['Two year', 0.418],
  ],
}
/** Months of tenure at the quantiles 0, .1, .25, .5, .75, .9 and 1. */
const TENURE: Readonly<Record<Contract, readonly number[]>> = {
  'Month-to-month': [1, 1, 3, 12, 29, 46, 72],
  'One year': [0, 14, 27, 44, 58, 67, 72],
  'Two year': [0, 26, 48, 64, 71, 72, 72],
}
/** Exponent of the quantile drawn: below 1 where the users of a service stay longer on the same contract. */
const STAYING: Readonly<Record<NetService, number>> = { DSL: 1.08, 'Fiber optic': 0.7, No: 1.75 }
const QUANTILES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1]
const PAPERLESS: Readonly<Record<NetService, number>> = {
  DSL: 0.549,
  'Fiber optic': 0.774,
  No: 0.292,
}
const STREAM_TV = { DSL: 0.395, 'Fiber optic': 0.565 }
/** Share with movies, among those without and with TV. */
const STREAM_MOVIES = { DSL: [0.24, 0.658], 'Fiber optic': [0.328, 0.749] } as const

/** The user of an index; the seed decides everything else about them. */
export function makeProfile(seed: number, index: number): Profile {
  const random = randomStream(seed, 1, index)
  const hasFamily = random.chance(0.483)
  const netService = pick(random, SERVICES)
  const contract = pick(random, CONTRACTS[netService])
  const monthsActive = tenure(random, contract, STAYING[netService])
  const plans = makePlans(random, netService)
  const monthlyFee = fee(random, netService, plans, monthsActive)
  const paid = monthsActive * monthlyFee * (1 + 0.03 * random.normal())
  return {
    id: userId(seed, index),
    gender: random.chance(0.505) ? 'Male' : 'Female',
    isSenior: random.chance(0.162),
    hasFamily,
    hasDependents: random.chance(hasFamily ? 0.514 : 0.099),
    netService,
    contract,
    monthsActive,
    ...plans,
    paperless: random.chance(PAPERLESS[netService]),
    monthlyFee,
    totalPaid: monthsActive === 0 ? null : rounded(Math.max(0, paid), 20),
    devices: 1 + Math.floor(3 * random.uniform()),
    skips: random.poisson(5.05),
    resolutionHours: rounded(Math.max(1, 10 + 3.9 * random.normal()), 10),
  }
}

type Plans = Pick<Profile, 'streamTv' | 'streamMovies'>

function makePlans(random: Random, service: NetService): Plans {
  if (service === 'No') return { streamTv: null, streamMovies: null }
  const streamTv = random.chance(STREAM_TV[service])
  return { streamTv, streamMovies: random.chance(STREAM_MOVIES[service][streamTv ? 1 : 0]) }
}

/**
 * The fee of a line, a service, ten for each of the two plans and five for each further option, in
 * steps of .05. Options gather with the months, so that fee and tenure go together as they really do.
 */
function fee(random: Random, service: NetService, plans: Plans, months: number): number {
  const streaming = 10 * (Number(plans.streamTv ?? 0) + Number(plans.streamMovies ?? 0))
  const jitter = 0.6 * (random.uniform() - 0.5)
  if (service === 'No') return rounded(19.8 + 5 * binomial(random, 1, 0.25) + jitter, 20)
  const options = 5 * binomial(random, 6, 0.04 + 0.66 * (months / 72))
  const line = service === 'DSL' && random.chance(0.8) ? 20 : 0
  return rounded((service === 'DSL' ? 23 : 70) + line + streaming + options + jitter, 20)
}

function tenure(random: Random, contract: Contract, staying: number): number {
  const u = random.uniform() ** staying
  const at = QUANTILES.findIndex((quantile) => u < quantile)
  const [low = 0, high = 1] = QUANTILES.slice(at - 1, at + 1)
  const [from = 0, to = 0] = TENURE[contract].slice(at - 1, at + 1)
  return Math.round(from + ((to - from) * (u - low)) / (high - low))
}

function pick<T>(random: Random, shares: readonly [T, number][]): T {
  let u = random.uniform()
  for (const [value, share] of shares) {
    u -= share
    if (u < 0) return value
  }
  // The shares may fall short of one by a rounding error.
  return (shares.at(-1) as [T, number])[0]
}

/** To the nearest multiple of 1 / `steps`. */
function rounded(value: number, steps: number): number {
  return Math.round(value * steps) / steps
}

const LETTERS = 26 ** 5
const IDS = BigInt(10_000 * LETTERS)
// Prime to 2, 5 and 13, so that multiplying by it permutes the ids: no two users share one.
const STRIDE = 73_424_217_119n

/** An id like `7590-VHVEG`, different for each index below 118 thousand million. */
function userId(seed: number, index: number): string {
  const code = Number(
    (BigInt(index) * STRIDE + BigInt(seed >>> 0) * 6_700_417n + 987_654_321n) % IDS,
  )
  const digits = String(Math.floor(code / LETTERS)).padStart(4, '0')
  let letters = ''
  for (let rest = code % LETTERS, i = 0; i < 5; i++, rest = Math.floor(rest / 26)) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters
  }
  return `${digits}-${letters}`
}
