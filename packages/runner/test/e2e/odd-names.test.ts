// Names that mean something in a URL: a project in such a folder, and cells and helpers with such names.
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { API, filePorts, jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

const ODD = ['a#b', 'a?b', 'a%20b', 'a%b', 'a b', "a'b", 'ä+&=b']

/** A project of one cell with a helper, all in a folder and in files with a name. */
function odd(name: string): Project {
  const at = (path: string): string => `${name}/${path}`
  return project({
    [at('params.yaml')]: 'n: 1\n',
    [at(`stages/${name}.ts`)]: `import { Type } from '@sinclair/typebox'
import { defineStage, file } from '${API}'
import { double } from ${JSON.stringify(`./helper ${name}.ts`)}
export default defineStage({
  title: 'Odd',
  params: Type.Object({ n: Type.Integer({ maximum: 3 }) }),
  inputs: ${filePorts({ text: `${name}.txt` })},
  outputs: ${filePorts({ doubled: `out/${name}.txt` })},
  async run({ params, inputs, outputs, show }) {
    show.markdown(String(await inputs.text.read()))
    await outputs.doubled.write(String(double(params.n)))
  },
})
`,
    [at(`stages/helper ${name}.ts`)]: `export function double(n: number): number {
  if (n > 1) throw new Error('too much')
  return n * 2
}
`,
    [at(`${name}.txt`)]: 'the input',
    [at('pipeline.yaml')]: pipeline({
      it: {
        run: `stages/${name}.ts`,
        deps: [`${name}.txt`],
        params: ['n'],
        outs: [`out/${name}.txt`],
      },
    }),
  })
}

describe.each(ODD)('in a folder and with files named %s', (name) => {
  test('a cell runs, is checked and kept, and its errors have their place', async () => {
    const it = odd(name)
    const run = async (): Promise<RunJson & { stderr: string; code: number | null }> => {
      const end = await it.weir(['run', '--json'], { cwd: name })
      return { ...jsonOf<RunJson>(end), stderr: end.stderr, code: end.code }
    }
    expect((await run()).stages).toMatchObject([{ outcome: 'ran' }])
    expect(it.read(`${name}/out/${name}.txt`)).toBe('2')
    expect(it.read(`${name}/reports/index.html`)).toContain('the input')
    expect((await run()).stages).toMatchObject([{ outcome: 'cached' }])

    it.write({ [`${name}/params.yaml`]: 'n: 2\n' })
    const failed = await run()
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain(`stages/helper ${name}.ts:2:20`)

    it.write({ [`${name}/params.yaml`]: 'n: 4\n' })
    expect((await run()).errors).toMatchObject([{ code: 'PARAM_TYPE', place: { line: 1 } }])

    it.edit(`${name}/stages/helper ${name}.ts`, 'export', "throw new Error('at load')\nexport")
    const broken = await run()
    expect(broken.errors).toMatchObject([
      { code: 'CODE_BROKEN', place: { file: `stages/helper ${name}.ts`, line: 1 } },
    ])
    expect(broken.errors?.[0]?.message).toContain('at load')
  })
})

test('a stage whose name is longer than a file may have runs, has its log, and is told apart', async () => {
  const long = 'x'.repeat(300)
  const it = project({
    'params.yaml': '{}\n',
    'stages/a.ts': `import { defineStage, file } from '${API}'
export default defineStage({
  title: 'A',
  outputs: { a: file('a') },
  async run({ outputs, log }) {
    log('a cell speaks')
    await outputs.a.write('')
  },
})
`,
    'pipeline.yaml': pipeline({
      [`${long}.a`]: { run: 'stages/a.ts', outs: ['a'] },
      [`${long}.b`]: { cmd: 'echo a command speaks; echo > b', outs: ['b'] },
      [`${long}.c`]: { cmd: 'echo spoke; exit 3', outs: ['c'] },
    }),
  })
  const first = await it.weir(['run', '--keep-going', '--json'])
  expect(first.code).toBe(1)
  const stages = jsonOf<RunJson>(first).stages.map(({ name, outcome }) => [name, outcome])
  expect(stages).toEqual([
    [`${long}.a`, 'ran'],
    [`${long}.b`, 'ran'],
    [`${long}.c`, 'failed'],
  ])
  const logs = readdirSync(it.path('.weir/logs')).map((name) => it.read(`.weir/logs/${name}`))
  const said = logs.map((log) => log.trim().split('\n').at(-1))
  expect(said.sort()).toEqual(['a cell speaks', 'a command speaks', 'spoke'])
  const again = jsonOf<RunJson>(await it.weir(['run', '--keep-going', '--json']))
  expect(again.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached', 'failed'])
})
