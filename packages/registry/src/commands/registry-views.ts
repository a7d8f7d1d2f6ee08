// How the registry's state is shown: tables for people, documents for programs.

import type { TextColumn, TextTable } from '@weir/runner/plugin'
import type { JournalEvent, Look } from '../event.ts'
import type { RegistryState, Version } from '../fold.ts'
import type { Change } from './version-files.ts'

/** The lines of a table, as wide as they may be. */
export type MakeTable = (table: TextTable) => readonly string[]

/** A version as `--json` gives it. */
export function versionJson(version: Version, aliases: readonly string[]) {
  const { version: number, stage, metrics, created_at, created_seq: _, decided, ...rest } = version
  const decision = { decision: decided?.decision ?? null, reason: decided?.reason ?? null }
  return { version: number, stage, metrics, created_at, ...rest, aliases, ...decision }
}

/** The aliases of a version, in order. */
export function aliasesOf(state: RegistryState, { name, version }: Version): string[] {
  const aliases = [...(state.get(name)?.aliases ?? [])]
  return aliases.flatMap(([alias, number]) => (number === version ? [alias] : [])).sort()
}

/** One line a version, oldest first. */
export function versionTable(
  state: RegistryState,
  versions: readonly Version[],
  table: MakeTable,
): string {
  if (versions.length === 0) return 'No version is registered yet: weir run --until promote\n'
  const several = new Set(versions.map((version) => version.name)).size > 1
  const columns: TextColumn[] = [
    ...(several ? [{ title: 'model' }] : []),
    { title: 'version', align: 'right' },
    { title: 'stage' },
    { title: 'as of' },
    { title: 'AUC', align: 'right' },
    { title: 'registered' },
    { title: 'decision' },
    { title: 'aliases' },
  ]
  const rows = versions.map((version) => [
    ...(several ? [version.name] : []),
    `v${version.version}`,
    version.stage === 'None' ? '–' : version.stage,
    version.as_of,
    auc(version),
    minute(version.created_at),
    decisionOf(version),
    aliasesOf(state, version).join(', '),
  ])
  return lines(table({ columns, rows }))
}

/** Everything that is known of a version. */
export function versionText(state: RegistryState, version: Version): string {
  const { decided } = version
  const facts: [string, string][] = [
    ['stage', version.stage],
    ['as of', version.as_of],
    ['digest', version.digest],
    ['registered', `${minute(version.created_at)} by ${version.by}`],
    ['run', version.run ?? '–'],
    ['commit', version.git ?? '–'],
    ['decision', decided ? `${decisionOf(version)}: ${decided.reason}` : '–'],
    ['looks', version.looks.map(lookText).join('; ') || '–'],
    ['approved by', version.approved_by ?? '–'],
    ['in Production', version.production_at ? `since ${minute(version.production_at)}` : 'never'],
    ['aliases', aliasesOf(state, version).join(', ') || '–'],
    ...Object.entries(version.metrics ?? {}).map(([name, value]): [string, string] => [
      name,
      figureText(value),
    ]),
  ]
  const gone = version.stage !== 'Production' && version.production_at !== null
  const shown = facts.map(
    ([name, text]) =>
      `  ${name.padEnd(14)}${gone && name === 'in Production' ? text.replace('since', 'last from') : text}`,
  )
  return lines([`${version.name} v${version.version}`, ...shown])
}

/** One line an event, oldest first. */
export function historyTable(events: readonly JournalEvent[], table: MakeTable): string {
  if (events.length === 0) return 'Nothing has happened yet.\n'
  const columns = ['when', 'what', 'version', 'by', 'why'].map((title) => ({ title }))
  const rows = events.map((event) => [
    minute(event.at),
    whatHappened(event),
    `v${event.version}`,
    event.by,
    event.reason,
  ])
  return lines(table({ columns, rows }))
}

function whatHappened(event: JournalEvent): string {
  if (event.type === 'alias_set') return `alias ${event.alias} set`
  if (event.type === 'alias_removed') return `alias ${event.alias} removed`
  if (event.type === 'published') return `table of ${event.table.as_of} published`
  if (event.type === 'closed') return `closed: ${event.outcome.replace('_', ' ')}`
  if (event.type === 'acknowledged') return `${event.cause.reason} acknowledged`
  return event.type.replace('_', ' ')
}

/** The table of what is not the same of two versions. */
export function diffTable(
  versions: readonly number[],
  changes: readonly Change[],
  table: MakeTable,
): string {
  if (changes.length === 0) return 'They are the same model.\n'
  const columns = ['', ...versions.map((version) => `v${version}`)].map((title) => ({ title }))
  const rows = changes.map(({ what, from, to }) => [what, figureText(from), figureText(to)])
  return lines(table({ columns, rows }))
}

/** Numbers with four decimals at most, as everywhere that people read them. */
function figureText(value: Change['from']): string {
  if (value === null) return '–'
  return typeof value === 'number' ? String(Number(value.toFixed(4))) : String(value)
}

/** What was decided, as people say it. */
function decisionOf({ decided, approved_by }: Version): string {
  if (decided === null) return '–'
  if (decided.decision === 'promoted' && approved_by !== null) return 'approved'
  return decided.decision === 'open' ? 'open as challenger' : decided.decision.replace('_', ' ')
}

function lookText({ labelled, against, gain }: Look): string {
  return `${labelled}: ${gain.toFixed(4)} AUC over v${against}`
}

function auc({ metrics }: Version): string {
  const value = metrics?.auc
  return typeof value === 'number' ? value.toFixed(4) : '–'
}

/** `2024-03-01 12:30 UTC` */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line.trimEnd()}\n`).join('')
}
