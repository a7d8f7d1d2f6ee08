// docs/pipeline.schema.json, which editors complete pipeline.yaml from, is the grammar that the runner checks with.
// Rewrite it with: UPDATE_SCHEMA=1 npx vitest run packages/runner/test/config/schema.test.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { PipelineSchema } from '../../src/config/schema.ts'

const PAGE = 'docs/pipeline.schema.json'
const DIALECT = 'http://json-schema.org/draft-07/schema#'

it('the page is current', () => {
  const current = `${JSON.stringify({ $schema: DIALECT, ...PipelineSchema }, null, 2)}\n`
  if (process.env.UPDATE_SCHEMA) writeFileSync(PAGE, current)
  expect(readFileSync(PAGE, 'utf8')).toBe(current)
})

it('the page is a JSON Schema by itself, and the pipeline that ships names it and fits it', () => {
  const text = readFileSync('test/shipped/pipeline.yaml', 'utf8')
  expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=${PAGE}`)
  const check = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(PAGE, 'utf8')))
  expect(check(parse(text))).toBe(true)
  expect(check({ stages: { a: { cmd: 'x', dep: [] } } })).toBe(false)
})

it('every field is described, so that an editor can say what it is for', () => {
  const schema = JSON.parse(readFileSync(PAGE, 'utf8'))
  const stage = Object.values(schema.properties.stages.patternProperties)[0] as {
    properties: Record<string, { description?: string }>
  }
  const silent = Object.entries(stage.properties).filter(([, field]) => !field.description)
  expect(silent.map(([name]) => name)).toEqual([])
})
