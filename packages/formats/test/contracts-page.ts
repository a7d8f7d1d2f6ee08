// The tables of docs/contracts.md, made from the schemas: one row a key, with its form and what it means.
import type { TSchema } from '@sinclair/typebox'
import { Acceptance } from '../src/acceptances.ts'
import * as artifacts from '../src/artifacts.ts'
import * as bundle from '../src/bundle.ts'
import { FeatureSpecSchema } from '../src/dataset.ts'
import { Challenger, PastAnswer, RegisteredVersion } from '../src/registry-answer.ts'

/** Every schema that the page has a table of, by the name in its marks. */
export const TABLES: Readonly<Record<string, TSchema>> = {
  Validation: artifacts.Validation,
  OnlineManifest: artifacts.OnlineManifest,
  Drift: artifacts.Drift,
  Score: artifacts.Score,
  Decision: artifacts.Decision,
  BundleManifest: bundle.BundleManifest,
  ModelEnvelope: bundle.ModelEnvelope,
  Examples: bundle.Examples,
  Split: bundle.Split,
  Training: bundle.Training,
  ReferenceProfile: bundle.ReferenceProfile,
  Evaluation: artifacts.Evaluation,
  Comparison: artifacts.Comparison,
  Challenge: artifacts.Challenge,
  Publication: artifacts.Publication,
  Promotion: artifacts.Promotion,
  FeatureSpec: FeatureSpecSchema,
  Acceptance,
  RegisteredVersion,
  Challenger,
  PastAnswer,
}

/** A table stands between `<!-- fields NAME -->` and `<!-- end -->`. */
const MARKED = /<!-- fields (\w+) -->\n[\s\S]*?<!-- end -->/g

/** The names of the tables of a page, in its order. */
export function namesOf(page: string): string[] {
  return [...page.matchAll(MARKED)].map(([, name]) => String(name))
}

/** The page with every table as the schemas have it. */
export function renewed(page: string): string {
  return page.replace(MARKED, (_, name: string) => {
    const schema = TABLES[name]
    if (schema === undefined) throw new RangeError(`no schema is called ${name}`)
    return `<!-- fields ${name} -->\n${tableOf(schema)}\n<!-- end -->`
  })
}

function tableOf(schema: TSchema): string {
  const rows = [...new Map(fieldsOf(schema, '').map((row) => [row[0], row])).values()]
  const lines = rows.map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  )
  return ['| key | form | meaning |', '| --- | --- | --- |', ...lines].join('\n')
}

type Row = readonly [key: string, form: string, meaning: string]

/** The rows of a schema's keys, at any depth; `at` is the path of the schema itself. */
function fieldsOf(schema: TSchema, at: string): Row[] {
  if (schema.anyOf) return schema.anyOf.flatMap((one: TSchema) => fieldsOf(one, at))
  if (schema.type === 'array') return fieldsOf(schema.items, `${at}[]`)
  const item = itemOf(schema)
  if (item !== undefined) return fieldsOf(item, `${at}.*`)
  const properties: Readonly<Record<string, TSchema>> = schema.properties ?? {}
  return Object.entries(properties).flatMap(([key, property]) => {
    const path = at === '' ? key : `${at}.${key}`
    const optional = schema.required?.includes(key) ? '' : ', may be absent'
    const row: Row = [`\`${path}\``, formOf(property) + optional, property.description ?? '']
    return isNamed(property) ? [row] : [row, ...fieldsOf(property, path)]
  })
}

/** What a map's values are. */
function itemOf(schema: TSchema): TSchema | undefined {
  return schema.patternProperties && Object.values<TSchema>(schema.patternProperties)[0]
}

/** A feature's spec has a table of its own. */
function isNamed({ items }: TSchema): boolean {
  return items === FeatureSpecSchema
}

function formOf(schema: TSchema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(formOf))].join(' or ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (isNamed(schema)) return 'list of FeatureSpec'
  if (schema.type === 'array') return schema.minItems ? 'list, not empty' : 'list'
  if (schema.type === 'object') return schema.patternProperties ? 'map' : 'object'
  if (schema.type === 'string')
    return schema.pattern ? 'text' : schema.minLength ? 'text, not empty' : 'text'
  return `${schema.type ?? 'any'}${rangeOf(schema)}`
}

function rangeOf({ minimum, maximum }: TSchema): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  return minimum === undefined ? '' : ` ≥ ${minimum}`
}
