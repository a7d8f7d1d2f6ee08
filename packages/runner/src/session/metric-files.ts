// The figures in a stage's metric files, for the notebook: JSON or YAML, nested names joined by dots.
import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Stage } from '../config/model.ts'
import type { MetricValue } from '../report/show.ts'

/** Every scalar in the metric files of a stage; files of other kinds, or that do not parse, give none. */
export async function readMetrics(
  root: string,
  stage: Stage,
): Promise<Record<string, MetricValue>> {
  const files = stage.outs.filter((out) => out.kind === 'metric')
  const values = await Promise.all(files.map(({ path }) => fileValue(join(root, path))))
  return Object.assign({}, ...values.map((value) => scalars(value)))
}

async function fileValue(path: string): Promise<unknown> {
  try {
    const text = readFileSync(path, 'utf8')
    if (extname(path) === '.json') return JSON.parse(text)
    // Loaded here, so that a run without such a file does not wait for the parser.
    if (['.yaml', '.yml'].includes(extname(path))) return (await import('yaml')).parse(text)
    return undefined
  } catch {
    return undefined
  }
}

function scalars(value: unknown, prefix = ''): Record<string, MetricValue> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
  const entries = Object.entries(value).map(([key, item]) =>
    isScalar(item) ? { [`${prefix}${key}`]: written(item) } : scalars(item, `${prefix}${key}.`),
  )
  return Object.assign({}, ...entries)
}

/** NaN and Infinity (YAML has them, JSON as 1e999) as text: the record of a run is JSON. */
function written(value: MetricValue): MetricValue {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function isScalar(value: unknown): value is MetricValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
