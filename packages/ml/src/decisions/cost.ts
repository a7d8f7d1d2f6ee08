// What one prediction of a model costs, counted rather than timed, so that it is the same on every machine.
import type { Model } from '../model.ts'

export interface Cost {
  /** Multiplications of the members' layers. */
  readonly multiplications: number
  /** Nodes of the members' trees that a row may pass. */
  readonly nodes: number
}

/** The cost of one prediction: a layer of i inputs and u units multiplies i·u times. */
export function predictionCost({ members }: Pick<Model, 'members'>): Cost {
  let multiplications = 0
  for (const { layers } of members) {
    for (const { inputs, units } of layers) multiplications += inputs * units
  }
  return { multiplications, nodes: 0 }
}
