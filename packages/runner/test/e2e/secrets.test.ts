// Environment variables: no declared value stands in the lock or in what is kept of runs, and a secret one is masked
// wherever a stage has said it.
import { expect, test } from 'vitest'
import { API, jsonOf, type Project, pipeline, project } from './rig.ts'

const SECRET = 'hunter2-is-no-secret'
const KEY = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n'

/** Says the secret in every way that a cell has. */
const CELL = `import { defineStage, text } from '${API}'
export default defineStage({
  title: 'Calls with ' + process.env.TOKEN,
  outputs: { said: text('cell.txt') },
  async run({ outputs, log, show, metrics, progress }) {
    const secret = process.env.TOKEN
    log('logs ' + secret)
    console.log('prints ' + secret)
    console.error('the key: ' + process.env.KEY)
    show.table({ columns: ['is ' + secret], rows: [['row ' + secret]], caption: secret })
    show.markdown('**' + secret + '** and ' + process.env.KEY)
    metrics({ ['m-' + secret]: secret, fine: 1 })
    progress({ done: 1, total: 2, note: secret })
    await outputs.said.write('said\\n')
  },
})
`

const BROKEN = `import { defineStage, text } from '${API}'
export default defineStage({
  title: 'Fails',
  outputs: { never: text('never.txt') },
  run() {
    throw new Error('cannot reach https://user:' + process.env.TOKEN + '@host')
  },
})
`

function teller(): Project {
  const env = { TOKEN: { secret: true }, KEY: { secret: true } }
  return project({
    'stages/cell.ts': CELL,
    'stages/broken.ts': BROKEN,
    'pipeline.yaml': pipeline({
      shell: {
        cmd: `touch o.txt; echo "says $TOKEN"; echo '{"m": "'$TOKEN'"}' > m.json`,
        env,
        outs: ['o.txt'],
        metrics: ['m.json'],
      },
      cell: { run: 'stages/cell.ts', env, outs: ['cell.txt'] },
      broken: { run: 'stages/broken.ts', env, outs: ['never.txt'] },
      wrong: { cmd: 'echo "$TOKEN" >&2; false', env, outs: ['wrong.txt'] },
    }),
  })
}

/** Files of the runner's own and of its reports that hold a text; what a stage wrote itself is not among them. */
function holding(it: Project, text: string): string[] {
  const all = [...it.files('.weir'), ...it.files('reports'), 'pipeline.lock']
  return all.filter(
    (path) => !/^\.weir\/(cache|cells|memo\/pipeline)/.test(path) && it.read(path).includes(text),
  )
}

test('a secret is masked in lines, events, errors, metrics, blocks, logs, records, the notebook and --json', async () => {
  const it = teller()
  const end = await it.weir(['run', '--json', '--keep-going'], {
    env: { TOKEN: SECRET, KEY },
  })
  const run = jsonOf<{ stages: { name: string; outcome: string; error?: object }[] }>(end)
  expect(run.stages.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'shell ran',
    'cell ran',
    'broken failed',
    'wrong failed',
  ])
  expect(end.stderr).toContain('says ***')
  expect(end.stderr).toContain('logs ***')
  expect(end.stderr).toContain('prints ***')
  expect(end.stdout).toContain('https://user:***@host')
  expect(it.read('reports/index.html')).toContain('***')
  for (const said of [end.stdout, end.stderr]) {
    expect(said).not.toContain(SECRET)
    expect(said).not.toContain('MIIEvQ')
  }
  expect(holding(it, SECRET)).toEqual([])
  expect(holding(it, 'MIIEvQ')).toEqual([])
})

test('the command that is echoed, and the message that repeats it, are masked too', async () => {
  const it = project({
    'params.yaml': `token: ${SECRET}\n`,
    'pipeline.yaml': pipeline({
      a: { cmd: 'test ${token} = other', env: { TOKEN: { secret: true } }, outs: ['a'] },
    }),
  })
  const end = await it.weir(['run', '--json'], { env: { TOKEN: SECRET } })
  expect(end.stderr).toContain('> test *** = other')
  expect(end.stdout).toContain('`test *** = other` exited with 1')
  expect(`${end.stdout}${end.stderr}${it.read('.weir/logs/a.txt')}`).not.toContain(SECRET)
})

test('a changed secret reruns nothing; any other variable does, and no value is told', async () => {
  const it = project({
    'pipeline.yaml': pipeline({
      a: {
        cmd: 'echo x > a',
        env: { TOKEN: { secret: true }, PLAIN: null, FIXED: 'fixed-in-clear' },
        outs: ['a'],
      },
    }),
  })
  const run = async (TOKEN: string, PLAIN: string) => {
    const end = await it.weir(['run', '--json'], { env: { TOKEN, PLAIN } })
    const { stages } = jsonOf<{ stages: { outcome: string; reasons: string[] }[] }>(end)
    return [stages[0]?.outcome, stages[0]?.reasons[0]]
  }
  expect(await run('token-one', 'plain-one')).toEqual(['ran', 'no run of it is recorded'])
  expect(await run('token-two', 'plain-one')).toEqual(['cached', 'nothing changed'])
  const env = { TOKEN: 'token-two', PLAIN: 'plain-two' }
  const explained = (await it.weir(['explain', 'a'], { env })).stdout
  expect(explained).toContain('env PLAIN changed')
  expect(explained).toContain('TOKEN = (secret)')
  const json = (await it.weir(['explain', 'a', '--json'], { env })).stdout
  expect(await run('token-two', 'plain-two')).toEqual(['ran', 'env PLAIN changed'])
  for (const value of ['token-', 'plain-one', 'plain-two', 'fixed-in-clear']) {
    expect(holding(it, value), value).toEqual([])
    expect(`${explained}${json}`).not.toContain(value)
  }
})

test('a secret that the environment does not have is warned of, and one that is set or empty is not', async () => {
  const env = { TOKEN: { secret: true }, KEY: { secret: true } }
  const it = project({
    'pipeline.yaml': pipeline({ a: { cmd: 'echo a > a', env, outs: ['a'] } }),
  })
  const told = (end: Parameters<typeof jsonOf>[0]) =>
    jsonOf<{ warnings?: { stage: string; message: string }[] }>(end).warnings
  const warning = { stage: 'a', message: expect.stringContaining('the secret TOKEN is not set') }
  const without = { env: { KEY: '' } }
  expect(told(await it.weir(['status', '--json'], without))).toEqual([warning])
  expect(told(await it.weir(['run', '--json'], without))).toEqual([warning])
  const both = { env: { TOKEN: 'one-that-is-long', KEY: '' } }
  expect(told(await it.weir(['run', '--force', '--json'], both))).toBeUndefined()
})
