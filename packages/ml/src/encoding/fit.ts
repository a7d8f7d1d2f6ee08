// Fits an encoder to training rows: levels, blanks, knots, and the standardisation of each column.
import {
  type FeatureColumn,
  type FeatureColumns,
  type FeatureSpec,
  type FeatureValue,
  useOf,
} from '@weir/formats/dataset'
import { rowCount } from './columns.ts'
import { type Encoder, type EncoderBlock, encodedWidth } from './encoder.ts'
import { knownNumbers, quantiles } from './quantiles.ts'
import { rawWriter } from './transform.ts'

export interface EncodingParams {
  /** Spans of a number between its quantiles, each with a slope of its own; 1 leaves the plain number. */
  readonly spans: number
}

/**
 * Fits the encoder of some features to columns, which must be of training rows only.
 * A feature that is constant or wholly blank in them gets no block: it cannot tell users apart.
 */
export function fitEncoder(
  features: readonly FeatureSpec[],
  columns: FeatureColumns,
  params: EncodingParams,
): Encoder {
  const blocks = features.flatMap((feature) => {
    const column = columns[feature.name]
    return column === undefined || isConstant(column) ? [] : [fitBlock(feature, column, params)]
  })
  return { blocks, ...standardisation(blocks, columns) }
}

/** NaN is the same as NaN, as in a Set. */
function isConstant(column: FeatureColumn): boolean {
  const first = column.at(0)
  for (let row = 1; row < column.length; row++) {
    const value = column.at(row)
    if (value !== first && !(Number.isNaN(value) && Number.isNaN(first))) return false
  }
  return true
}

function fitBlock(
  { name: feature, type, levels }: FeatureSpec,
  column: FeatureColumn,
  params: EncodingParams,
): EncoderBlock {
  const blank = hasBlank(column)
  const kind = useOf(type).block
  if (kind === 'boolean') return { kind, feature, blank }
  if (kind === 'category') {
    return { kind, feature, levels: levelsOf(column, levels ?? []), blank }
  }
  const known = knownNumbers(column)
  const fill = known.reduce((sum, value) => sum + value, 0) / known.length
  return { kind, feature, fill, blank, knots: knotsOf(known, params.spans) }
}

function hasBlank(column: FeatureColumn): boolean {
  for (const value of column) if (value === null) return true
  return false
}

/** The levels that occur: the declared ones in their order, then any other by code unit. */
function levelsOf(column: FeatureColumn, declared: readonly string[]): string[] {
  const values = new Set<FeatureValue>(column)
  const found = new Set([...values].filter((value) => typeof value === 'string'))
  const undeclared = [...found].filter((level) => !declared.includes(level)).sort()
  return [...declared.filter((level) => found.has(level)), ...undeclared]
}

/** Distinct quantiles; none where they would only repeat the number itself. */
function knotsOf(known: Float64Array, spans: number): number[] {
  const shares = Array.from({ length: spans + 1 }, (_, i) => i / spans)
  const knots = [...new Set(quantiles(known, shares))]
  return knots.length > 2 ? knots : []
}

/**
 * Mean and population standard deviation of each encoded column; a constant one is only centred. Rows are encoded
 * twice rather than kept: the matrix of doubles would be the largest thing in memory.
 */
function standardisation(
  blocks: readonly EncoderBlock[],
  columns: FeatureColumns,
): Pick<Encoder, 'center' | 'scale'> {
  const center = encodedMeans(blocks, columns, (x) => x)
  const variance = encodedMeans(blocks, columns, (x, i) => (x - center[i]) ** 2)
  return { center, scale: variance.map((value) => (value > 1e-24 ? Math.sqrt(value) : 1)) }
}

function encodedMeans(
  blocks: readonly EncoderBlock[],
  columns: FeatureColumns,
  of: (x: number, column: number) => number,
): number[] {
  const [rows, width] = [rowCount(columns), encodedWidth(blocks)]
  const write = rawWriter(blocks, columns)
  const one = new Float64Array(width)
  const sums = new Float64Array(width)
  for (let row = 0; row < rows; row++) {
    write(row, one)
    for (let i = 0; i < width; i++) sums[i] += of(one[i], i) / rows
  }
  return Array.from(sums)
}
