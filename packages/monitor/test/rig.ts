// Lines of a monitor's journal for tests, and folders that go with the test.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Look, MONITOR_SCHEMA, type Sent } from '@weir/formats/monitor-line'
import { onTestFinished } from 'vitest'

/** A fresh folder. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'weir-monitor-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A look that found nothing, but for what is said. */
export function look(about: Partial<Look> = {}): Look {
  return {
    schema: MONITOR_SCHEMA,
    kind: 'look',
    at: '2024-03-01T06:00:00.000Z',
    period: '2024-02-29',
    run: '20240301-060000-000-0123abcd',
    outcome: 'done',
    problem: null,
    action: 'none',
    reason: 'NO_ACTION',
    decision: null,
    production: 1,
    performance: null,
    drift: null,
    served: [],
    alerts: [],
    ...about,
  }
}

/** That an alert reached a host. */
export function sent(cause: string, to = 'hooks.example'): Sent {
  return { schema: MONITOR_SCHEMA, kind: 'sent', at: '2024-03-01T06:00:01.000Z', cause, to }
}
