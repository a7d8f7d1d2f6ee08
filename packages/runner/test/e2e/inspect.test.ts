// `weir run --inspect`: a cell under Node's debugger, attached to as VS Code does.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { API, type Ended, jsonOf, type Project, pipeline, project, projectHere } from './rig.ts'
import { follow, type Running } from './running.ts'

/** Four lines of comment and types are not in the packed code: the map has to know where the rest is. */
const CELL = `// Writes a number, later.
import { defineStage, file } from '${API}'

interface Numbers {
  readonly count: number
}

export default defineStage({
  title: 'Numbers',
  outputs: { made: file('made.txt') },
  async run({ outputs, log }) {
    const numbers: Numbers = { count: 3 }
    log('counted ' + numbers.count)
    await outputs.made.write(String(numbers.count))
  },
})
`
const LOG_LINE = CELL.split('\n').findIndex((line) => line.includes('log(')) + 1
const SAYS = "log('counted ' + numbers.count)"
const NUMBERS = { run: 'stages/numbers.ts', outs: ['made.txt'] }

/** A project with the cell between two shell stages. */
function files(numbers: object = {}, cell = CELL): Readonly<Record<string, string>> {
  return {
    'stages/numbers.ts': cell,
    'pipeline.yaml': pipeline({
      before: { cmd: 'echo 1 > before.txt', outs: ['before.txt'] },
      numbers: { ...NUMBERS, ...numbers },
      after: { cmd: 'cp made.txt after.txt', deps: ['made.txt'], outs: ['after.txt'] },
    }),
  }
}

const INSPECT = ['run', '--inspect', 'numbers', '--inspect-port', '0']

/** The address that a run has told. */
async function addressOf(running: Running): Promise<string> {
  await running.said('waits for a debugger at ws://')
  const { stdout, stderr } = running.heard()
  const [, address] = /waits for a debugger at (ws:\S+)/.exec(stdout + stderr) ?? []
  if (address === undefined) throw new Error(`no address in ${stdout}${stderr}`)
  return address
}

/** Attaches a debugger with a breakpoint and lets the cell run to its end; what the debugger printed. */
function debug(address: string, source: string, line: number): Promise<Ended> {
  const script = join(import.meta.dirname, 'debugger.ts')
  const args = [
    '--experimental-websocket',
    '--import',
    'tsx',
    '--no-warnings',
    script,
    address,
    source,
    String(line),
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return follow(child).ended
}

/** Runs with --inspect, attached with a breakpoint at the line that logs; where it paused, and how it ended. */
async function inspected(it: Project): Promise<{ readonly seen: unknown; readonly end: Ended }> {
  const running = it.start([...INSPECT, '--json'])
  const seen = await debug(await addressOf(running), 'stages/numbers.ts', LOG_LINE)
  expect(seen.stderr).toBe('')
  return { seen: JSON.parse(seen.stdout), end: await running.ended }
}

const PAUSED = [{ source: expect.stringMatching(/stages\/numbers\.ts$/), line: LOG_LINE }]

test('a fresh cell waits, stops at a breakpoint of its source, and runs to its end', async () => {
  const it = project(files())
  // The second of these runs is remembered as one that has nothing to do.
  expect(await it.outcomes('numbers')).toEqual({ numbers: 'ran' })
  expect(await it.outcomes('numbers')).toEqual({ numbers: 'cached' })
  const { seen, end } = await inspected(it)
  expect(seen).toEqual(PAUSED)
  expect(end.code).toBe(0)
  // Without another selection it is the stage, and what it depends on.
  expect(jsonOf(end)).toMatchObject({
    stages: [{ name: 'numbers', outcome: 'ran', reasons: ['is inspected'] }],
  })
  expect(it.read('.weir/logs/numbers.txt')).toContain('counted 3')
  expect(it.read('.weir/logs/numbers.txt')).not.toContain('ws://')
  expect(await it.outcomes('numbers')).toEqual({ numbers: 'cached' })
})

test('it has any time, and one attempt', async () => {
  const failing = CELL.replace(SAYS, `${SAYS}; if (numbers.count > 2) throw new Error('too many')`)
  const it = project(files({ timeout: '0.01s', retries: 2 }, failing))
  const { seen, end } = await inspected(it)
  expect(seen).toEqual(PAUSED)
  expect(end.code).toBe(1)
  expect(jsonOf(end)).toMatchObject({
    stages: [
      {
        outcome: 'failed',
        error: { code: 'STAGE_FAILED', message: expect.stringContaining('too many') },
      },
    ],
  })
  expect(end.stderr.match(/waits for a debugger/g)).toHaveLength(1)
  // No process starts in that time: the limit is there for any other run.
  const { stages } = await it.run('numbers')
  expect(stages[0]?.error?.code).toBe('STAGE_TIMEOUT')
})

test('an interrupt ends a cell that waits, which leaves all as it was', async () => {
  const it = project(files())
  await it.run('numbers')
  const before = it.contents('made.txt', 'pipeline.lock')
  const running = it.start(INSPECT)
  const list = `http://${new URL(await addressOf(running)).host}/json`
  expect(await (await fetch(list)).json()).toMatchObject([{ type: 'node' }])
  running.kill('SIGINT')
  const { code, stdout } = await running.ended
  expect(code).toBe(130)
  expect(stdout).toContain('numbers: waits for a debugger at ws://127.0.0.1:')
  expect(it.contents('made.txt', 'pipeline.lock')).toEqual(before)
  await expect(fetch(list)).rejects.toThrow()
})

test('a port that another process has fails the stage', async () => {
  const it = projectHere(files())
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { stages, end } = await it.run('--inspect', 'numbers', '--inspect-port', String(port))
  expect(end.code).toBe(1)
  expect(stages[0]?.error).toMatchObject({
    code: 'INSPECTOR_PORT',
    message: expect.stringContaining(`cannot listen at 127.0.0.1:${port}`),
    hint: expect.stringContaining('--inspect-port'),
  })
})

describe('what cannot be inspected is refused before anything runs', () => {
  const cases: Record<string, [readonly string[], object, string, RegExp]> = {
    'an unknown stage': [['--inspect', 'nubmers'], {}, 'UNKNOWN_STAGE', /did you mean 'numbers'/],
    'an unknown stage, with a selection': [
      ['--inspect', 'nubmers', 'after'],
      {},
      'UNKNOWN_STAGE',
      /did you mean 'numbers'/,
    ],
    'a stage of shell commands': [['--inspect', 'after'], {}, 'NOT_INSPECTABLE', /only a cell/],
    'a frozen stage': [['--inspect', 'numbers'], { frozen: true }, 'NOT_INSPECTABLE', /`frozen`/],
    'a stage that is not selected': [
      ['--inspect', 'numbers', '--only', 'before'],
      {},
      'NOT_INSPECTABLE',
      /select it too/,
    ],
    'a dry run': [['--inspect', 'numbers', '--dry-run'], {}, 'USAGE', /one of them/],
    'a port that is none': [
      ['--inspect', 'numbers', '--inspect-port', '65536'],
      {},
      'USAGE',
      /--inspect-port/,
    ],
  }
  test.each(Object.entries(cases))('%s', async (_, [args, numbers, code, hint]) => {
    const it = projectHere(files(numbers))
    const { errors, end } = await it.run(...args)
    expect(end.code).toBe(2)
    expect(errors).toMatchObject([{ code, hint: expect.stringMatching(hint) }])
    expect(it.has('before.txt')).toBe(false)
  })
})
