// Takes months through ingest's and validate's own functions, and says how the last one comes out.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Definition } from '@weir/formats/definition'
import type { PeriodProfile } from '@weir/formats/period-profile'
import { judgePeriod } from '@weir/ml/plausibility'
import { checkPeriod, openPeriod } from '@weir/monitor/validation'
import { withDuckDB } from '@weir/tables/duckdb'
import { profilePeriod } from '@weir/tables/period-profile'
import { snapshotPath } from '@weir/tables/snapshot-files'
import { checkTable } from '../../stages/raw/raw-checks.ts'
import { writeSnapshot } from '../../stages/snapshots/snapshot.ts'
import type { Month } from './months.ts'

/** How a month comes out: by the code that refuses it, or by the figures that are suspicious. */
export interface Verdict {
  readonly outcome: 'fine' | 'suspicious' | 'refused'
  readonly why: readonly string[]
}

/** Months that were sound, stored and profiled; further ones are judged beside them. */
export class History {
  readonly #folder = mkdtempSync(join(tmpdir(), 'weir-plausible-'))
  readonly #definition: Definition
  readonly #profiles: PeriodProfile[] = []

  constructor(definition: Definition) {
    this.#definition = definition
  }

  /** The verdict on a month after those that were kept; a sound one is kept with `keep`. */
  judge(month: Month, keep = false): Promise<Verdict> {
    return withDuckDB(async (db) => {
      const at = this.#profiles.length
      const asOf = new Date(Date.UTC(2024, at + 1, 0)).toISOString().slice(0, 10)
      const problems = await this.#store(db, month, asOf)
      if (problems.length > 0) return { outcome: 'refused', why: problems }
      const [definition, folder] = [this.#definition, this.#folder]
      const checks = await openPeriod(db, folder, definition, asOf)
      checks.push(...(await checkPeriod(db, folder, definition, asOf)))
      const failed = checks.filter(({ passed }) => !passed)
      if (failed.length > 0) return { outcome: 'refused', why: failed.map(({ check }) => check) }
      const profile = await profilePeriod({ db, folder, definition }, asOf, this.#profiles.at(-1))
      const findings = judgePeriod(profile, this.#profiles, definition)
      if (keep) this.#profiles.push(profile)
      const outcome = findings.length > 0 ? 'suspicious' : 'fine'
      return {
        outcome,
        why: findings.map((f) => `${f.figure} ${f.column ?? f.table ?? ''}`.trim()),
      }
    })
  }

  async #store(db: DuckDBConnection, month: Month, asOf: string): Promise<string[]> {
    const problems: string[] = []
    for (const table of this.#definition.tables) {
      const raw = month.get(table.name)
      if (raw === undefined) throw new RangeError(`no table ${table.name}`)
      const path = join(this.#folder, 'raw.csv')
      const lines = [raw.columns, ...raw.rows].map((row) => row.join(','))
      writeFileSync(path, `${lines.join('\n')}\n`)
      const file = { path, label: table.name, format: 'csv' } as const
      await checkTable(db, file, table, false, ({ code }) => problems.push(code))
      if (problems.length > 0) continue
      await writeSnapshot(db, table, snapshotPath(this.#folder, table.name, asOf), true)
    }
    return problems
  }

  /** Removes what was stored. */
  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
