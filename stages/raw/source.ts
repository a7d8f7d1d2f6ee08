// What a folder of raw exports holds: its periods, and the file of each table.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nearest } from '@weir/base'
import type { Definition } from '@weir/formats/definition'
import { type PeriodFolder, periodFolders } from '@weir/formats/period-folders'
import { StageError } from '@weir/runner'
import type { DataProblem } from './data-problem.ts'

/** A table's raw file. */
export interface RawFile {
  readonly path: string
  /** What messages call it: `2024-01-31/users.csv`. */
  readonly label: string
  readonly format: 'csv' | 'parquet'
}

/**
 * The folders of all periods up to `asOf`, earliest first; other folders are told to `log`.
 * @throws StageError SOURCE_MISSING, PERIOD_MISSING, PERIOD_TWICE
 */
export async function findPeriods(
  source: string,
  { periods }: Definition,
  asOf: string,
  log: (message: string) => void,
): Promise<PeriodFolder[]> {
  const found = periodFolders(await foldersOf(source), periods)
  for (const folder of found.ignored)
    log(`the folder ${folder} is ignored: it is no date, and periods does not map it`)
  if (found.twice) throw periodTwice(...found.twice)
  const all = found.periods
  if (!all.some((period) => period.asOf === asOf)) throw periodMissing(asOf, all)
  return all.filter((period) => period.asOf <= asOf)
}

async function foldersOf(source: string): Promise<string[]> {
  const entries = await readdir(source, { withFileTypes: true }).catch(() => {
    throw new StageError('SOURCE_MISSING', 'the folder of exports cannot be read', {
      where: source,
      hint: 'data.source in params.yaml names it',
      param: 'data.source',
    })
  })
  // A link to a folder of exports is as good as one.
  const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
  return folders.map((entry) => entry.name).sort()
}

function periodTwice(one: PeriodFolder, other: PeriodFolder): StageError {
  return new StageError('PERIOD_TWICE', `two folders hold the period ${one.asOf}`, {
    where: `${one.folder} and ${other.folder}`,
    hint: 'remove one, or map it to another date under periods',
  })
}

function periodMissing(asOf: string, found: readonly PeriodFolder[]): StageError {
  const listed = found.map((period) =>
    period.folder === period.asOf ? period.asOf : `${period.asOf} (${period.folder})`,
  )
  return new StageError('PERIOD_MISSING', `there are no exports of ${asOf}`, {
    where: `as_of ${asOf}`,
    param: 'as_of',
    hint:
      listed.length > 0
        ? `there are: ${listed.join(', ')}`
        : 'name a folder by its as_of, or map it under periods in the data set file',
  })
}

/**
 * The raw file of each table of a period, by table; a table without one is a problem
 * unless it holds labels that are not required.
 */
export async function findTables(
  source: string,
  { folder }: PeriodFolder,
  definition: Definition,
  report: (problem: DataProblem) => void,
  log: (message: string) => void,
): Promise<Map<string, RawFile>> {
  const names = (await readdir(join(source, folder))).sort()
  const files = new Map<string, RawFile>()
  for (const { name } of definition.tables) {
    const present = (['csv', 'parquet'] as const).filter((ext) => names.includes(`${name}.${ext}`))
    const [format] = present
    if (present.length > 1) report(tableTwice(folder, name))
    else if (format !== undefined) {
      const file = `${name}.${format}`
      files.set(name, { path: join(source, folder, file), label: `${folder}/${file}`, format })
    } else if (name !== definition.label.table || definition.label.required) {
      report(tableMissing(folder, name, names))
    }
  }
  const known = new Set(definition.tables.flatMap(({ name }) => [`${name}.csv`, `${name}.parquet`]))
  for (const name of names) if (!known.has(name)) log(`${folder}/${name} is ignored: no such table`)
  return files
}

function tableTwice(folder: string, table: string): DataProblem {
  return {
    code: 'TABLE_TWICE',
    where: `${folder}, table ${table}`,
    message: `there are ${table}.csv and ${table}.parquet`,
    hint: 'keep one of them',
  }
}

function tableMissing(folder: string, table: string, names: readonly string[]): DataProblem {
  const near = nearest(`${table}.csv`, names)
  return {
    code: 'TABLE_MISSING',
    where: `${folder}, table ${table}`,
    message: `there is no ${table}.csv or ${table}.parquet`,
    ...(near === undefined ? {} : { hint: `is it ${near}?` }),
  }
}
