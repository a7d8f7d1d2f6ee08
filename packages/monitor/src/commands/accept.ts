// `weir accept PERIOD --reason TEXT`: a person lets a suspicious period pass, for the tables that it has now.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { CodedError } from '@weir/base'
import { replaceFile, textIfThere } from '@weir/base/files'
import type { Acceptance } from '@weir/formats/acceptances'
import type { Command, Effects } from '@weir/runner/plugin'
import { withDuckDB } from '@weir/tables/duckdb'
import { readAcceptances, withAcceptance } from '../acceptances.ts'
import { checkPeriod, openPeriod } from '../check-period.ts'
import { type JudgedPeriod, judgePeriods } from '../judge-periods.ts'
import { sentenceOf } from '../suspicion.ts'
import { checkStored, type DataSet, dataSetOf } from './data-set.ts'

const FILE = join('data', 'accepted.yaml')

const ABOUT = `weir accept PERIOD --reason TEXT

Lets a period pass that validate has found suspicious: a person has looked at its exports, and they are
right as they are. The reason and the digests of the period's tables are added to data/accepted.yaml,
which belongs into git; the next run goes on. Another export of the period asks again. A period that
breaks a promise of the data set's definition is refused, and cannot be accepted.`

const OPTIONS = {
  reason: { type: 'string', value: 'TEXT', default: '', description: 'why it is right as it is' },
  by: {
    type: 'string',
    value: 'NAME',
    description: 'who says so (WEIR_USER, else the user of the system)',
  },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const

export const acceptCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  operands: { form: 'PERIOD', least: 1, most: 1 },
  options: OPTIONS,
  examples: [
    'weir accept 2024-02-29 --reason "prices went up on 1 February"',
    'weir accept 2024-02-29 --reason "half the users moved to the new service" --by grace',
    `weir accept 2024-02-29 --reason "checked" --json | jq '.findings[]'`,
  ],
  async run({ options, operands: [period = ''] }, effects) {
    const reason = options.reason.trim()
    if (reason === '') {
      const hint = `weir accept ${period} --reason "why it is right as it is"`
      throw new CodedError('USAGE', 'weir accept needs a reason', { hint })
    }
    const by = options.by?.trim() || effects.env.WEIR_USER || userName()
    const said = await accept(await dataSetOf(effects), { period, reason, by }, effects)
    effects.stdout.write(options.json ? `${JSON.stringify(said.json, null, 2)}\n` : said.text)
    return 0
  },
}

interface Said {
  readonly json: object
  readonly text: string
}

async function accept(
  data: DataSet,
  asked: Pick<Acceptance, 'period' | 'reason' | 'by'>,
  effects: Effects,
): Promise<Said> {
  const { period } = asked
  checkStored(data, period)
  const path = join(data.root, FILE)
  const text = textIfThere(path)
  const judged = await judge(data, period, readAcceptances(text, FILE))
  const findings = judged.findings.map(sentenceOf)
  const outcome = { period, outcome: judged.outcome, findings }
  if (judged.outcome === 'fine') {
    const told = `${period} is not suspicious: there is nothing to accept\n`
    return { json: { changed: false, ...outcome }, text: told }
  }
  if (judged.outcome === 'accepted') {
    return { json: { changed: false, ...outcome }, text: `${period} is accepted already\n` }
  }
  const at = effects.clock.now().toISOString()
  const entry: Acceptance = { ...asked, at, findings, ...judged.digests }
  replaceFile(path, withAcceptance(text, entry), effects.files)
  const lines = findings.map((finding) => `  ${finding}\n`)
  const told = `${period} is accepted, for the tables that it has now (${FILE}):\n${lines.join('')}`
  return { json: { changed: true, ...outcome, outcome: 'accepted' }, text: told }
}

/** @throws CodedError PERIOD_REFUSED */
async function judge(
  { definition, folder }: DataSet,
  period: string,
  accepted: readonly Acceptance[],
): Promise<JudgedPeriod> {
  return withDuckDB(async (db) => {
    const opened = await openPeriod(db, folder, definition, period)
    const isOpen = opened.every(({ passed }) => passed)
    const checks = isOpen ? await checkPeriod(db, folder, definition, period) : opened
    const broken = checks.filter(({ passed }) => !passed)
    if (broken.length > 0) {
      const told = broken.map(({ check, table, column, expects, found }) => {
        const place = column === null ? table : `${table}.${column}`
        return `${check} ${place}: expected ${expects}; ${found}`
      })
      throw new CodedError(
        'PERIOD_REFUSED',
        `${period} breaks its definition\n${told.join('\n')}`,
        {
          where: period,
          hint: 'correct the exports, or the data set file if it promises too much',
        },
      )
    }
    const judged = (await judgePeriods({ db, folder, definition }, period, accepted)).at(-1)
    if (judged === undefined) throw new RangeError(`${period} was not judged`)
    return judged
  })
}

/** A container may run under a user id that has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? 'unknown')
  }
}
