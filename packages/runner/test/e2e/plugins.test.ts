// Plugins that end the process, wait forever, or print: the real CLI tells it, and stdout stays one JSON document.
import { describe, expect, it } from 'vitest'
import { jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

/** A project whose plugin `odd` has a command and a resolver that do this. */
function withPlugin(does: string): Project {
  const manifest = {
    name: 'odd',
    type: 'module',
    exports: { './plugin': './plugin.mjs' },
    weir: { plugin: { commands: { quack: { summary: 'quack' } }, references: ['duck'] } },
  }
  const module = `const does = async () => { ${does} }
export default {
  commands: {
    quack: {
      about: 'Quacks.',
      options: { json: { type: 'boolean', description: 'as JSON' } },
      examples: ['weir quack'],
      async run(given, { stdout }) {
        await does()
        stdout.write('{"quacked": true}\\n')
        return 0
      },
    },
  },
  references: { duck: async () => (await does(), '"duck"') },
}
`
  return project({
    'package.json': JSON.stringify({ name: 'p', weir: { plugins: ['odd'] } }),
    'node_modules/odd/package.json': JSON.stringify(manifest),
    'node_modules/odd/plugin.mjs': module,
    'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', deps: ['duck://x'], outs: ['a'] } }),
  })
}

interface Failed {
  readonly ok: boolean
  readonly errors: readonly { readonly code: string; readonly message: string }[]
}

describe.each([['quack'], ['run'], ['status']])('in weir %s', (command) => {
  it.each([
    [0, 1],
    [3, 3],
  ])('a plugin that calls process.exit(%i) has failed', async (given, code) => {
    const end = await withPlugin(`process.exit(${given})`).weir([command, '--json'])
    expect(end.code).toBe(code)
    const message = `odd has ended the process with exit code ${given} (process.exit)`
    expect(jsonOf<Failed>(end)).toMatchObject({
      ok: false,
      errors: [{ code: 'PLUGIN_FAILED', message }],
    })
    expect(end.stderr).toContain(`error[PLUGIN_FAILED]: ${message}`)
  })

  it('what a plugin prints goes to stderr, where stdout has the JSON', async () => {
    const prints = 'console.log("a duck"); console.info("b duck"); console.table([1])'
    const end = await withPlugin(prints).weir([command, '--json'])
    expect(end.code).toBe(0)
    jsonOf<RunJson>(end)
    expect(end.stderr).toContain('a duck\nb duck\n')
  })
})

it('a command that waits for what can never come has failed', async () => {
  const end = await withPlugin('await new Promise(() => undefined)').weir(['quack', '--json'])
  expect(end.code).toBe(1)
  expect(jsonOf<Failed>(end)).toMatchObject({
    ok: false,
    errors: [{ code: 'PLUGIN_FAILED', message: expect.stringContaining('odd waits') as string }],
  })
})

it('without --json a plugin prints where it likes', async () => {
  const end = await withPlugin('console.log("a duck")').weir(['quack'])
  expect([end.code, end.stdout]).toEqual([0, 'a duck\n{"quacked": true}\n'])
})
