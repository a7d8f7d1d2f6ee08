// `weir expectations infer`: what the stored periods suggest that the data set's definition promises.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, nearest } from '@weir/base'
import { replaceFile } from '@weir/base/files'
import { definitionOf } from '@weir/formats/definition-file'
import type { Command } from '@weir/runner/plugin'
import { withDuckDB } from '@weir/tables/duckdb'
import { profilePeriods } from '@weir/tables/period-profile'
import { parseDocument, stringify } from 'yaml'
import { inferExpectations, type Proposal } from '../infer.ts'
import { type DataSet, dataSetOf } from './data-set.ts'

const ABOUT = `weir expectations infer

Proposes what the data set's definition could promise: what held in all stored periods, with room, and is
not promised yet: least and greatest values, levels, forms of texts, columns without a value twice, rows,
references both ways, the share of positive labels. Nothing that the file says is changed. A proposal is
no more than what was seen: read it before you keep it.`

const OPTIONS = {
  write: { type: 'boolean', description: 'add them to the definition file; its comments stay' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const

export const expectationsCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  operands: { form: 'infer', least: 1, most: 1 },
  options: OPTIONS,
  examples: [
    'weir expectations infer',
    'weir expectations infer --write && git diff data',
    `weir expectations infer --json | jq '.proposals[] | .path'`,
  ],
  async run({ options, operands: [verb = ''] }, effects) {
    if (verb !== 'infer') {
      const near = nearest(verb, ['infer'])
      const hint = near === undefined ? 'it has infer' : 'did you mean infer?'
      throw new CodedError('USAGE', `weir expectations has no ${verb}`, { hint })
    }
    const data = await dataSetOf(effects)
    const proposals = await propose(data)
    const file = join(data.root, data.path)
    const written = options.write === true && proposals.length > 0
    if (written) {
      const text = withProposals(await readFile(file, 'utf8'), proposals)
      // What is written must be a sound definition: else the file stays as it is.
      definitionOf(text, data.path)
      replaceFile(file, text, effects.files)
    }
    const json = { definition: data.path, periods: data.periods, written, proposals }
    effects.stdout.write(
      options.json ? `${JSON.stringify(json, null, 2)}\n` : told(data, proposals, written),
    )
    return 0
  },
}

function propose({ folder, definition, periods }: DataSet): Promise<Proposal[]> {
  return withDuckDB(async (db) => {
    const stored = { db, folder, definition }
    return inferExpectations(stored, await profilePeriods(stored, periods))
  })
}

/** The definition's text with the proposals in it, each where it belongs. */
export function withProposals(text: string, proposals: readonly Proposal[]): string {
  const document = parseDocument(text)
  for (const { path, value } of proposals) {
    document.setIn(path, document.createNode(value, { flow: true }))
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function told(data: DataSet, proposals: readonly Proposal[], written: boolean): string {
  const of = `${data.periods.length} period${data.periods.length === 1 ? '' : 's'}`
  if (proposals.length === 0) return `${data.path} promises all that ${of} suggest\n`
  const lines = proposals.map(({ path, value, because }) => {
    const yaml = stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim()
    return `${path.join('.')}: ${yaml} # ${because}\n`
  })
  const end = written ? `written into ${data.path}\n` : 'add them by --write, or by hand\n'
  return `${of} suggest for ${data.path}:\n${lines.join('')}${end}`
}
