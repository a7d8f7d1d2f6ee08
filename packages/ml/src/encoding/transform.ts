// Turns a row of features into the vector that the members read.
import type { FeatureColumns, FeatureRow, FeatureValue } from '@weir/formats/dataset'
import { ModelError } from '../model-error.ts'
import { rowCount } from './columns.ts'
import {
  type BooleanBlock,
  blockWidth,
  type CategoryBlock,
  type Encoder,
  type EncoderBlock,
  encodedWidth,
  type NumberBlock,
} from './encoder.ts'

/** Writes the vector of a row into `out`. */
export type RowEncoder = (row: FeatureRow, out: Float64Array) => void

/** Writes the vector of the row at a position into `out`. */
export type ColumnEncoder = (position: number, out: Float64Array) => void

type BlockWriter = (value: FeatureValue, out: Float64Array, at: number) => void

/**
 * Compiles an encoder into a function that writes one row.
 * A property that is absent throws FEATURE_MISSING, a value of another type FEATURE_TYPE; a blank is null.
 */
export function rowEncoder(encoder: Encoder): RowEncoder {
  const writers = placed(encoder.blocks)
  const standardise = standardiser(encoder)
  return (row, out) => {
    for (const { feature, at, write } of writers) write(present(row[feature], feature), out, at)
    standardise(out)
  }
}

/** Compiles an encoder into a function that writes the row at a position of some columns; it throws as rowEncoder's. */
export function columnEncoder(encoder: Encoder, columns: FeatureColumns): ColumnEncoder {
  const write = rawWriter(encoder.blocks, columns)
  const standardise = standardiser(encoder)
  return (position, out) => {
    write(position, out)
    standardise(out)
  }
}

/** The same without standardisation: what the encoder's center and scale are fitted to. */
export function rawWriter(blocks: readonly EncoderBlock[], columns: FeatureColumns): ColumnEncoder {
  const writers = placed(blocks).map((writer) => ({
    ...writer,
    column: present(columns[writer.feature], writer.feature),
  }))
  return (position, out) => {
    for (const { feature, column, at, write } of writers) {
      write(present(column.at(position), feature), out, at)
    }
  }
}

/** Encodes the rows of columns into one row-major matrix of rows × encodedWidth. */
export function encodeColumns(encoder: Encoder, columns: FeatureColumns): Float32Array {
  const [rows, width] = [rowCount(columns), encodedWidth(encoder.blocks)]
  const matrix = new Float32Array(rows * width)
  const encode = columnEncoder(encoder, columns)
  const one = new Float64Array(width)
  for (let row = 0; row < rows; row++) {
    encode(row, one)
    matrix.set(one, row * width)
  }
  return matrix
}

function standardiser({ center, scale }: Encoder): (out: Float64Array) => void {
  const centers = Float64Array.from(center)
  const factors = Float64Array.from(scale, (value) => 1 / value)
  return (out) => {
    for (let i = 0; i < centers.length; i++) {
      out[i] = (out[i] - centers[i]) * factors[i]
    }
  }
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

function present<Value>(value: Value | undefined, feature: string): Value {
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
      const low = knots[i - 1]
      const high = knots[i]
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
