// What a schema cannot say about a model: that its parts fit together.

import { type FeatureSpec, useOf } from '@weir/formats/dataset'
import type { Calibration } from './calibration/calibration.ts'
import { type Encoder, type EncoderBlock, encodedWidth } from './encoding/encoder.ts'
import type { Layer, Member } from './network.ts'

/** A part that does not fit: what is wrong, and its JSON pointer. */
export interface Inconsistency {
  readonly what: string
  readonly where: string
}

interface Parts {
  readonly features: readonly FeatureSpec[]
  readonly encoder: Encoder
  readonly members: readonly Member[]
  readonly calibration: Calibration
}

/** The first part of a model that does not fit the others, or null. */
export function inconsistency(model: Parts): Inconsistency | null {
  const width = encodedWidth(model.encoder.blocks)
  return (
    repeatedFeature(model.features) ??
    first(model.encoder.blocks, (block, i) => wrongBlock(block, model.features, i)) ??
    wrongWidths(model.encoder, width) ??
    first(model.members, (member, i) => wrongMember(member, width, `/members/${i}`)) ??
    wrongCalibration(model.calibration)
  )
}

type Found = Inconsistency | null

function first<T>(items: readonly T[], check: (item: T, i: number) => Found): Found {
  for (const [i, item] of items.entries()) {
    const found = check(item, i)
    if (found) return found
  }
  return null
}

function repeatedFeature(features: readonly FeatureSpec[]): Found {
  const seen = new Set<string>()
  return first(features, ({ name }, i) => {
    if (seen.has(name)) return { what: `feature ${name} twice`, where: `/features/${i}/name` }
    seen.add(name)
    return null
  })
}

function wrongBlock(block: EncoderBlock, features: readonly FeatureSpec[], i: number): Found {
  const where = `/encoder/blocks/${i}`
  const spec = features.find((feature) => feature.name === block.feature)
  if (!spec) return { what: `block of the unknown feature ${block.feature}`, where }
  if (useOf(spec.type).block !== block.kind) {
    return { what: `${block.feature} is a ${spec.type}, its block a ${block.kind}`, where }
  }
  if (block.kind === 'number' && !ascending(block.knots)) {
    return { what: `knots of ${block.feature} do not ascend`, where: `${where}/knots` }
  }
  return null
}

function wrongWidths(encoder: Encoder, width: number): Found {
  for (const part of ['center', 'scale'] as const) {
    if (encoder[part].length !== width) {
      const what = `${encoder[part].length} figures for ${width} columns`
      return { what, where: `/encoder/${part}` }
    }
  }
  return null
}

function wrongMember(member: Member, width: number, where: string): Found {
  let inputs = width
  for (const [i, layer] of member.layers.entries()) {
    const problem = wrongLayer(layer, inputs, `${where}/layers/${i}`)
    if (problem) return problem
    inputs = layer.units
  }
  const last = member.layers[member.layers.length - 1]
  if (last?.units !== 1 || last.activation !== 'linear') {
    return { what: 'the last layer is not one linear unit', where: `${where}/layers` }
  }
  return null
}

function wrongLayer(layer: Layer, inputs: number, where: string): Found {
  if (layer.inputs !== inputs) {
    return { what: `${layer.inputs} inputs where ${inputs} come`, where: `${where}/inputs` }
  }
  if (layer.kernel.length !== layer.inputs * layer.units) {
    return { what: `a kernel of ${layer.kernel.length} weights`, where: `${where}/kernel` }
  }
  if (layer.bias.length !== layer.units) {
    return { what: `a bias of ${layer.bias.length} figures`, where: `${where}/bias` }
  }
  return null
}

function wrongCalibration(calibration: Calibration): Found {
  if (calibration.method !== 'isotonic') return null
  const { scores, probabilities } = calibration
  if (scores.length !== probabilities.length) {
    return {
      what: 'scores and probabilities differ in number',
      where: '/calibration/probabilities',
    }
  }
  if (!ascending(scores)) return { what: 'scores do not ascend', where: '/calibration/scores' }
  const falls = probabilities.some((p, i) => i > 0 && p < probabilities[i - 1])
  return falls ? { what: 'probabilities fall', where: '/calibration/probabilities' } : null
}

function ascending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > values[i - 1])
}
