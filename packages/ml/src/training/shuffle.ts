// Random order, drawn from a seeded stream: TensorFlow.js shuffles by Math.random, which no seed reaches.
import type { Random } from '../statistics/random.ts'

/** The numbers 0 … n − 1 in random order (Fisher–Yates). */
export function shuffled(n: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1))
    const held = order[i]
    order[i] = order[j]
    order[j] = held
  }
  return order
}
