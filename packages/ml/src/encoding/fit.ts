// Fits an encoder to training rows: levels, blanks, knots, and the standardisation of each column.
import type { FeatureRow, FeatureSpec, FeatureValue } from '@weir/formats/dataset'
import { type Encoder, type EncoderBlock, encodedWidth } from './encoder.ts'
import { quantiles } from './quantiles.ts'
import { rowEncoder } from './transform.ts'

export interface EncodingParams {
  /** Spans of a number between its quantiles, each with a slope of its own; 1 leaves the plain number. */
  readonly spans: number
}

/**
 * Fits the encoder of some features to rows, which must be training rows only.
 * A feature that is constant or wholly blank in them gets no block: it cannot tell users apart.
 */
export function fitEncoder(
  features: readonly FeatureSpec[],
  rows: readonly FeatureRow[],
  params: EncodingParams,
): Encoder {
  const blocks = features.flatMap((feature) => {
    const values = rows.map((row) => row[feature.name] ?? null)
    return new Set(values).size > 1 ? [fitBlock(feature, values, params)] : []
  })
  return { blocks, ...standardisation(blocks, rows) }
}

function fitBlock(
  { name: feature, type, levels }: FeatureSpec,
  values: readonly FeatureValue[],
  params: EncodingParams,
): EncoderBlock {
  const blank = values.includes(null)
  if (type === 'boolean') return { kind: 'boolean', feature, blank }
  if (type === 'category') {
    return { kind: 'category', feature, levels: levelsOf(values, levels ?? []), blank }
  }
  const known = values.filter((value) => typeof value === 'number')
  const fill = known.reduce((sum, value) => sum + value, 0) / known.length
  return { kind: 'number', feature, fill, blank, knots: knotsOf(known, params.spans) }
}

/** The levels that occur: the declared ones in their order, then any other by code unit. */
function levelsOf(values: readonly FeatureValue[], declared: readonly string[]): string[] {
  const found = new Set(values.filter((value) => typeof value === 'string'))
  const undeclared = [...found].filter((level) => !declared.includes(level)).sort()
  return [...declared.filter((level) => found.has(level)), ...undeclared]
}

/** Distinct quantiles; none where they would only repeat the number itself. */
function knotsOf(known: readonly number[], spans: number): number[] {
  const shares = Array.from({ length: spans + 1 }, (_, i) => i / spans)
  const knots = [...new Set(quantiles(known, shares))]
  return knots.length > 2 ? knots : []
}

/** Mean and population standard deviation of each column; a constant column is only centred. */
function standardisation(
  blocks: readonly EncoderBlock[],
  rows: readonly FeatureRow[],
): Pick<Encoder, 'center' | 'scale'> {
  const width = encodedWidth(blocks)
  const raw = rawMatrix(blocks, rows, width)
  const center = columnMeans(raw, width, (x) => x, rows.length)
  const variance = columnMeans(raw, width, (x, i) => (x - (center[i] ?? 0)) ** 2, rows.length)
  return { center, scale: variance.map((value) => (value > 1e-24 ? Math.sqrt(value) : 1)) }
}

function rawMatrix(
  blocks: readonly EncoderBlock[],
  rows: readonly FeatureRow[],
  width: number,
): Float64Array {
  const zeros = new Array<number>(width).fill(0)
  const encode = rowEncoder({
    blocks: [...blocks],
    center: zeros,
    scale: zeros.map(() => 1),
  })
  const raw = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    encode(row, raw, i * width)
  })
  return raw
}

function columnMeans(
  matrix: Float64Array,
  width: number,
  of: (x: number, column: number) => number,
  rows: number,
): number[] {
  const sums = new Array<number>(width).fill(0)
  for (const [at, x] of matrix.entries()) {
    const column = at % width
    sums[column] = (sums[column] ?? 0) + of(x, column) / rows
  }
  return sums
}
