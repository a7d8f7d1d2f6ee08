// Seeded random streams: one per purpose, so that a user's facts do not depend on who was drawn before.

/** A source of random draws. The same seeds give the same draws on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number
  /** Standard normal (Box–Muller, one draw of each pair). */
  normal(): number
  /** Poisson (Knuth's product of uniforms); meant for means below about 20. */
  poisson(mean: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
}

/** The stream that the seeds name: sfc32, its state mixed from them by murmur3's finaliser. */
export function randomStream(...seeds: readonly number[]): Random {
  const uniform = sfc32(seeds)
  const chance = (probability: number) => uniform() < probability
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  const poisson = (mean: number) => {
    const floor = Math.exp(-mean)
    let count = 0
    for (let product = uniform(); product > floor; product *= uniform()) count++
    return count
  }
  return { uniform, normal, poisson, chance }
}

/** How many of `trials` succeed. */
export function binomial(random: Random, trials: number, probability: number): number {
  let successes = 0
  for (let i = 0; i < trials; i++) if (random.chance(probability)) successes++
  return successes
}

function mix(hash: number, value: number): number {
  let h = Math.imul(hash ^ value, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** Doty-Humphrey's small fast counting generator of 32 bits. */
function sfc32(seeds: readonly number[]): () => number {
  let [a, b, c] = [0x9e3779b9, 0x243f6a88, 0xb7e15162].map((salt) => seeds.reduce(mix, salt)) as [
    number,
    number,
    number,
  ]
  let counter = 1
  const next = () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 2 ** 32
  }
  for (let i = 0; i < 12; i++) next()
  return next
}
