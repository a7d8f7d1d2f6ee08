// Turns a row of features into the vector that the members read.
import type { FeatureRow, FeatureValue } from '@weir/formats/dataset'
import { ModelError } from '../model-error.ts'
import {
  type BooleanBlock,
  blockWidth,
  type CategoryBlock,
  type Encoder,
  type EncoderBlock,
  encodedWidth,
  type NumberBlock,
} from './encoder.ts'

/** Writes one row's vector into `out` from `offset`. */
export type RowEncoder = (row: FeatureRow, out: Float64Array | Float32Array, offset: number) => void

type Sink = Float64Array | Float32Array
type BlockWriter = (value: FeatureValue, out: Sink, at: number) => void

/**
 * Compiles an encoder into a function that writes one row.
 * A property that is absent throws FEATURE_MISSING, a value of another type FEATURE_TYPE; a blank is null.
 */
export function rowEncoder(encoder: Encoder): RowEncoder {
  const width = encodedWidth(encoder.blocks)
  const writers = placed(encoder.blocks)
  const center = Float64Array.from(encoder.center)
  const factor = Float64Array.from(encoder.scale, (scale) => 1 / scale)
  return (row, out, offset) => {
    for (const { feature, at, write } of writers) write(read(row, feature), out, offset + at)
    for (let i = 0; i < width; i++) {
      out[offset + i] = ((out[offset + i] ?? 0) - (center[i] ?? 0)) * (factor[i] ?? 1)
    }
  }
}

/** Encodes rows into one row-major matrix of `rows.length × encodedWidth`. */
export function encodeRows(encoder: Encoder, rows: readonly FeatureRow[]): Float32Array {
  const width = encodedWidth(encoder.blocks)
  const matrix = new Float32Array(rows.length * width)
  const encode = rowEncoder(encoder)
  const one = new Float64Array(width)
  rows.forEach((row, i) => {
    encode(row, one, 0)
    matrix.set(one, i * width)
  })
  return matrix
}

interface PlacedWriter {
  readonly feature: string
  readonly at: number
  readonly write: BlockWriter
}

function placed(blocks: readonly EncoderBlock[]): PlacedWriter[] {
  let at = 0
  return blocks.map((block) => {
    const writer = { feature: block.feature, at, write: writerOf(block) }
    at += blockWidth(block)
    return writer
  })
}

function writerOf(block: EncoderBlock): BlockWriter {
  if (block.kind === 'category') return categoryWriter(block)
  if (block.kind === 'boolean') return booleanWriter(block)
  return numberWriter(block)
}

function read(row: FeatureRow, feature: string): FeatureValue {
  const value = row[feature]
  if (value === undefined) {
    throw new ModelError('FEATURE_MISSING', `the row has no feature ${feature}`, feature)
  }
  return value
}

function wrongType(block: EncoderBlock, value: FeatureValue): ModelError {
  const message = `${block.feature} must be a ${block.kind}, not ${JSON.stringify(value)}`
  return new ModelError('FEATURE_TYPE', message, block.feature)
}

function numberWriter(block: NumberBlock): BlockWriter {
  const { fill, knots } = block
  return (value, out, at) => {
    if (value !== null && (typeof value !== 'number' || !Number.isFinite(value))) {
      throw wrongType(block, value)
    }
    const x = value ?? fill
    out[at] = x
    for (let i = 1; i < knots.length; i++) {
      const low = knots[i - 1] ?? 0
      const high = knots[i] ?? 0
      out[at + i] = Math.min(1, Math.max(0, (x - low) / (high - low)))
    }
    if (block.blank) out[at + Math.max(1, knots.length)] = value === null ? 1 : 0
  }
}

function categoryWriter(block: CategoryBlock): BlockWriter {
  const { levels } = block
  return (value, out, at) => {
    if (value !== null && typeof value !== 'string') throw wrongType(block, value)
    for (let i = 0; i < levels.length; i++) out[at + i] = levels[i] === value ? 1 : 0
    if (block.blank) out[at + levels.length] = value === null ? 1 : 0
  }
}

function booleanWriter(block: BooleanBlock): BlockWriter {
  return (value, out, at) => {
    if (value !== null && typeof value !== 'boolean') throw wrongType(block, value)
    out[at] = value === true ? 1 : 0
    if (block.blank) out[at + 1] = value === null ? 1 : 0
  }
}
