// `weir monitor` over the shipped months through the real command line: what it runs, remembers, leaves alone and tells.
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Look, MonitorLine } from '@weir/formats/monitor-line'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Churn, freshClone, LAUNCHER, prepared } from './rig.ts'

// A look runs up to three months.
vi.setConfig({ testTimeout: 600_000 })

const JOURNAL = '.weir/monitor/journal.jsonl'

function lines(it: Churn): MonitorLine[] {
  return it
    .read(JOURNAL)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as MonitorLine)
}

const looks = (it: Churn): Look[] =>
  lines(it).flatMap((line) => (line.kind === 'look' ? [line] : []))

/** A project that was looked at once. */
const looked = prepared(async () => {
  const it = freshClone()
  const end = await it.weir('monitor', '--once')
  if (end.code !== 0) throw new Error(end.stdout + end.stderr)
  return it
})

test('one look runs every month in order, and writes no tracked file', async () => {
  const it = await looked()
  const fresh = freshClone()
  expect(looks(it).map(({ period, outcome, action }) => [period, outcome, action])).toEqual([
    ['2024-01-31', 'done', 'bootstrap'],
    ['2024-02-29', 'done', 'retrain'],
    ['2024-03-31', 'done', 'none'],
  ])
  expect(looks(it).map(({ production }) => production)).toEqual([1, 2, 2])
  const causes = looks(it).flatMap(({ alerts }) => alerts.map(({ cause }) => cause))
  expect(causes).toEqual(['promoted v1', 'retrain 2024-02-29', 'promoted v2'])
  for (const file of ['params.yaml', 'pipeline.yaml']) expect(it.read(file)).toBe(fresh.read(file))
  expect(it.has('pipeline.lock')).toBe(false)
  const log = await it.weir('monitor', 'log')
  expect(log.stdout).toMatch(/^2024-02-29 +done +retrain +promoted +v2 /m)
  expect(it.read('reports/monitor.html')).toContain('version 2 is in Production now')
})

test('a second look finds nothing new, says so, and adds no line', async () => {
  const it = await looked()
  const before = it.read(JOURNAL)
  const { code, stdout } = await it.weir('monitor', '--once', '--json')
  expect(code).toBe(0)
  const { looks: found } = JSON.parse(stdout) as { looks: Look[] }
  expect(found.map(({ period, outcome, alerts }) => [period, outcome, alerts])).toEqual([
    ['2024-03-31', 'idle', []],
  ])
  expect(it.read(JOURNAL)).toBe(before)
})

test('alerts reach a webhook once, in order, also those that it refused before', async () => {
  const it = await looked()
  const got: string[] = []
  let up = false
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      if (up) got.push((JSON.parse(body) as { cause: string }).cause)
      response.writeHead(up ? 200 : 400).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const env = { WEIR_WEBHOOKS: `http://127.0.0.1:${port}/T/secret` }
  const refused = await it.weirWith(env, 'monitor', '--once')
  expect(refused.code).toBe(0)
  expect(refused.stdout).toContain(`WEBHOOK_FAILED: 127.0.0.1:${port}: it answered 400`)
  expect(refused.stdout + refused.stderr + it.read(JOURNAL)).not.toContain('secret')
  up = true
  for (let look = 0; look < 2; look++)
    expect(await it.weirWith(env, 'monitor', '--once')).toMatchObject({ code: 0 })
  expect(got).toEqual(['promoted v1', 'retrain 2024-02-29', 'promoted v2'])
})

test('a month that fails ends the look with its alert, and is tried again', async () => {
  const it = await looked()
  it.edit('data/streamflow.yaml', 'users: { min: 100 }', 'users: { min: 100000 }')
  const failed = await it.weir('monitor', '--once')
  expect(failed.code).toBe(1)
  expect(looks(it).at(-1)).toMatchObject({
    period: '2024-03-31',
    outcome: 'failed',
    problem: { code: 'ROWS_OUT_OF_RANGE', stage: 'validate' },
    alerts: [{ cause: 'failed 2024-03-31 ROWS_OUT_OF_RANGE in validate' }],
  })
  it.edit('data/streamflow.yaml', 'users: { min: 100000 }', 'users: { min: 100 }')
  expect(await it.weir('monitor', '--once')).toMatchObject({ code: 0 })
})

test('one by a schedule looks at once, is alone, and ends when it is told to', async () => {
  const it = await looked()
  const monitor = spawn(process.execPath, [LAUNCHER, 'monitor', '--every', '0 0 1 1 *'], {
    cwd: it.root,
  })
  let said = ''
  monitor.stdout.on('data', (part) => {
    said += part
  })
  const ended = new Promise((end) => monitor.on('exit', end))
  onTestFinished(() => void monitor.kill('SIGKILL'))
  await expect
    .poll(() => said, { timeout: 60_000 })
    .toMatch(/the next look is at \d{4}-01-01T00:00:00/)
  expect(said).toContain('2024-03-31: nothing new')
  const second = await it.weir('monitor', '--once')
  expect(second.code).toBe(1)
  expect(second.stderr).toContain('MONITOR_RUNNING')
  monitor.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(await it.weir('monitor', '--once')).toMatchObject({ code: 0 })
})

test.each([
  [['monitor'], 'takes --once or --every'],
  [['monitor', 'ogl'], 'it has log and ack REASON'],
  [['monitor', '--once', '--every', '* * * * *'], 'takes --once or --every'],
  [['monitor', '--every', 'often'], 'daily at six'],
  [['monitor', '--every', '0 6 * * *', '--json'], '--json goes with --once'],
])('%o is refused', async (argv, why) => {
  const { code, stderr } = await freshClone().weir(...argv)
  expect([code, stderr]).toEqual([2, expect.stringContaining(why)])
})
