// Plugins: described without being loaded, loaded when used, and each mistake of one told with its place.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ownCommands } from '../../src/commands/command-table.ts'
import { weir } from '../../src/commands/main.ts'
import { OWN_COMMANDS } from '../../src/commands/own-names.ts'
import { askResolver } from '../../src/commands/plugin-reference.ts'
import { folderWith } from '../project-folder.ts'
import { keptEffects } from './effects.ts'

const STAGES = 'stages:\n  a: {cmd: "echo 1 > a", outs: [a]}\n'
const WITH_REFERENCE = 'stages:\n  a: {cmd: "echo 1 > a", deps: ["sample://x"], outs: [a]}\n'

/** The module of a plugin that does what its description says. */
const SOUND = `export default {
  commands: {
    greet: {
      about: 'Greets.',
      options: { loud: { type: 'boolean', description: 'say more' } },
      operands: { form: 'NAME', least: 1, most: 1 },
      examples: ['weir greet ada'],
      async run({ options, operands }, { stdout }) {
        stdout.write((options.loud ? 'HELLO ' : 'hello ') + operands[0] + '\\n')
        return 0
      },
    },
  },
  references: { sample: async (reference) => JSON.stringify(reference) },
  mutexes: { sample: async (place) => place.cwd + '/sample.lock' },
}
`
const DESCRIPTION = {
  commands: { greet: { summary: 'greet somebody' } },
  references: ['sample'],
  mutexes: { sample: 'the mutex of samples' },
}
const EXPORTS = { './plugin': './plugin.mjs' }

/** A plugin's files below node_modules. */
function plugin(
  name: string,
  description: unknown = DESCRIPTION,
  module = SOUND,
  exports: unknown = EXPORTS,
): Record<string, string> {
  const folder = `node_modules/${name}`
  const manifest = { name, type: 'module', exports, weir: { plugin: description } }
  return {
    [`${folder}/package.json`]: JSON.stringify(manifest, null, 2),
    [`${folder}/plugin.mjs`]: module,
  }
}

function project(plugins: unknown, files: Record<string, string>, pipeline = STAGES): string {
  const manifest = JSON.stringify({ name: 'p', weir: { plugins } }, null, 2)
  return folderWith({ 'package.json': manifest, 'pipeline.yaml': pipeline, ...files })
}

async function say(cwd: string, ...argv: string[]) {
  const { effects, said } = keptEffects(cwd)
  return { code: await weir(argv, effects), ...said() }
}

describe('a plugin', () => {
  it('adds its command to the overview and to the command line', async () => {
    const root = project(['sound'], plugin('sound'))
    expect((await say(root, '--help')).out).toMatch(/^ {2}greet +greet somebody$/m)
    expect(await say(root, 'greet', 'ada')).toEqual({ code: 0, out: 'hello ada\n', err: '' })
    expect((await say(root, 'greet', '--loud', 'ada')).out).toBe('HELLO ada\n')
    expect((await say(root, 'greet', '--help')).out).toContain('weir greet NAME [options]')
    expect(await say(root, 'greet', '--lod', 'ada')).toMatchObject({
      code: 2,
      err: expect.stringContaining('did you mean --loud?') as string,
    })
    expect((await say(root, 'gret', 'ada')).err).toContain('did you mean `weir greet`?')
  })

  it('adds its references and mutexes', async () => {
    const root = project(['sound'], plugin('sound'), WITH_REFERENCE)
    const { stages } = JSON.parse((await say(root, 'status', '--json')).out)
    expect(stages).toMatchObject([{ name: 'a', state: 'missing' }])
    const explained = JSON.parse((await say(root, 'explain', 'a', '--json')).out)
    expect(Object.keys(explained.document.deps)).toEqual(['sample://x'])
    expect((await say(root, 'unlock', 'sample')).out).toBe('sample.lock: free\n')
  })

  it('has its mutexes named in the help of unlock, which names no other', async () => {
    const { out } = await say(project(['sound'], plugin('sound')), 'unlock', '--help')
    expect(out).toContain('weir unlock [run | sample] [options]')
    expect(out).toContain('  run       the mutex of runs (.weir/run.lock)\n')
    expect(out).toContain('  sample    the mutex of samples\n')
    expect((await say(project([], {}), 'unlock', '--help')).out).toContain('weir unlock [run] [')
  })

  it('is found above the project too', async () => {
    const manifest = JSON.stringify({ weir: { plugins: ['sound'] } })
    const root = folderWith({
      ...plugin('sound'),
      'sub/package.json': manifest,
      'sub/pipeline.yaml': STAGES,
    })
    expect((await say(join(root, 'sub'), 'greet', 'ada')).code).toBe(0)
  })
})

describe('no plugin is loaded before it is used', () => {
  const POISON = `globalThis.poisoned = (globalThis.poisoned ?? 0) + 1\nthrow new Error('poison')\n`
  const poisoned = (): number => Reflect.get(globalThis, 'poisoned') ?? 0

  it.each([
    ['status'],
    ['status', 'a'],
    ['explain', 'a'],
    ['dag'],
    ['run', '--dry-run'],
    ['run'],
    ['runs'],
    ['unlock', 'run'],
    ['--help'],
    ['--version'],
  ])('by weir %s %s', async (...argv) => {
    const before = poisoned()
    const root = project(['poison'], plugin('poison', DESCRIPTION, POISON))
    expect(await say(root, ...argv)).toMatchObject({ code: 0, err: '' })
    expect(poisoned()).toBe(before)
  })

  it('but where a reference needs it', async () => {
    const before = poisoned()
    const root = project(['poison'], plugin('poison', DESCRIPTION, POISON), WITH_REFERENCE)
    const { code, out } = await say(root, 'status', '--json')
    expect(code).toBe(0)
    const [stage] = JSON.parse(out).stages
    expect(stage).toMatchObject({ state: 'broken', problems: [{ code: 'PLUGIN_FAILED' }] })
    expect(poisoned()).toBeGreaterThan(before)
  })
})

describe('a plugin that is wrong is told, with its place, by every command', () => {
  const own = 'node_modules/bad/package.json'
  it.each<[string, string, string, Record<string, string>, unknown?]>([
    ['is not installed', 'PLUGIN_MISSING', 'package.json:5', {}],
    [
      'is no plugin',
      'PLUGIN_MISSING',
      'package.json:5',
      { [own]: JSON.stringify({ name: 'bad' }) },
    ],
    ['has a package.json that is none', 'FILE_UNREADABLE', own, { [own]: '{' }],
    ['has a description that is no map', 'PLUGIN_INVALID', own, plugin('bad', 7)],
    [
      'has commands that are no map',
      'PLUGIN_INVALID',
      `${own}:9`,
      plugin('bad', { commands: ['x'] }),
    ],
    [
      'has a command without a summary',
      'PLUGIN_INVALID',
      `${own}:10`,
      plugin('bad', { commands: { x: {} } }),
    ],
    [
      'has a command with a wrong key',
      'PLUGIN_INVALID',
      `${own}:10`,
      plugin('bad', { commands: { x: { summary: 's', stopsItself: 'yes' } } }),
    ],
    [
      'has a command that is no word',
      'PLUGIN_INVALID',
      `${own}:10`,
      plugin('bad', { commands: { '--x': { summary: 's' } } }),
    ],
    ['has references that are no list', 'PLUGIN_INVALID', own, plugin('bad', { references: 'x' })],
    ['has mutexes that are no map', 'PLUGIN_INVALID', own, plugin('bad', { mutexes: ['m'] })],
    [
      'has a mutex without a summary',
      'PLUGIN_INVALID',
      own,
      plugin('bad', { mutexes: { m: null } }),
    ],
    ['has a key that means nothing', 'PLUGIN_INVALID', own, plugin('bad', { comands: {} })],
    [
      'takes a command of the tool',
      'PLUGIN_CLASH',
      own,
      plugin('bad', { commands: { status: { summary: 's' } } }),
    ],
    ['takes the mutex of runs', 'PLUGIN_CLASH', own, plugin('bad', { mutexes: { run: 's' } })],
    [
      'takes a command of another plugin',
      'PLUGIN_CLASH',
      own,
      { ...plugin('sound'), ...plugin('bad', { commands: { greet: { summary: 's' } } }) },
      ['sound', 'bad'],
    ],
    [
      'takes a scheme of another plugin',
      'PLUGIN_CLASH',
      own,
      { ...plugin('sound'), ...plugin('bad', { references: ['sample'] }) },
      ['sound', 'bad'],
    ],
    ['stands in a list that is none', 'PLUGIN_INVALID', 'package.json:4', {}, 'bad'],
  ])('that %s', async (_, code, place, files, plugins = ['bad']) => {
    const root = project(plugins, files)
    for (const argv of [['status'], ['run']]) {
      const said = await say(root, ...argv, '--json')
      expect(said.code).toBe(2)
      const { errors } = JSON.parse(said.out)
      expect(errors).toMatchObject([{ code, hint: expect.any(String) as string }])
      expect(said.err).toContain(`--> ${place}`)
    }
    for (const argv of [['--help'], ['help'], ['status', '--help']]) {
      const said = await say(root, ...argv)
      expect([said.code, said.out]).toEqual([0, expect.stringContaining('weir')])
      expect(said.err).toMatch(/^warning: no plugin's command is listed: .+\n$/)
    }
  })

  it.each([
    ['without ./plugin among its exports', SOUND, { '.': './plugin.mjs' }, 'PLUGIN_INVALID'],
    ['whose ./plugin is not there', SOUND, { './plugin': './gone.mjs' }, 'PLUGIN_INVALID'],
    ['that throws when it is loaded', 'throw new Error("no duck")', EXPORTS, 'PLUGIN_FAILED'],
    ['that is no module', 'export default {', EXPORTS, 'PLUGIN_FAILED'],
    ['that lacks a package', 'import "no-such-package-here"', EXPORTS, 'PLUGIN_FAILED'],
    ['without a default export', 'export const x = 1', EXPORTS, 'PLUGIN_INVALID'],
    ['without the command that it describes', 'export default {}', EXPORTS, 'PLUGIN_INVALID'],
    [
      'whose command is a function',
      'export default { commands: { greet() {} } }',
      EXPORTS,
      'PLUGIN_INVALID',
    ],
  ])('one %s is told when it is used', async (_, module, exports, code) => {
    const root = project(['bad'], plugin('bad', DESCRIPTION, module, exports))
    expect((await say(root, 'status')).code).toBe(0)
    const { code: exit, err } = await say(root, 'greet', 'ada')
    expect(exit).toBe(2)
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(`--> ${own}`)
    expect(err).toContain('help: ')
  })
})

it('a package.json of the project that is no JSON is told', async () => {
  const root = folderWith({ 'package.json': '{"weir": ', 'pipeline.yaml': STAGES })
  const { code, err } = await say(root, 'status')
  expect([code, err]).toEqual([2, expect.stringContaining('error[FILE_UNREADABLE]: package.json')])
})

/** A plugin whose command has these fields among sound ones, as source text. */
function withCommand(fields: string): Record<string, string> {
  const sound = "about: 'Greets.', options: {}, examples: ['weir greet'], run: async () => 0"
  return plugin(
    'bad',
    DESCRIPTION,
    `export default { commands: { greet: { ${sound}, ${fields} } } }`,
  )
}

describe('a command of a wrong form is told, by its help too', () => {
  it.each([
    ['options: { loud: { type: "boolean", about: "say more" } }', 'options.loud: description'],
    ['options: { loud: { type: "flag", description: "d" } }', 'options.loud: type is none of'],
    ['options: { loud: true }', 'options.loud: it is no map'],
    ['options: { to: { type: "string", description: "d" } }', 'options.to: value is no text'],
    [
      'options: { to: { type: "boolean", description: "d", short: "to" } }',
      'options.to: short is no letter',
    ],
    [
      'options: { to: { type: "string", description: "d", value: "V", default: 1 } }',
      'options.to: default is no text',
    ],
    [
      'options: { to: { type: "array", description: "d", value: "V", separator: 1 } }',
      'options.to: separator is no text',
    ],
    [
      'options: { n: { type: "integer", description: "d", value: "N", default: 1 } }',
      'options.n: default or minimum is no number',
    ],
    [
      'options: { n: { type: "integer", description: "d", value: "N", default: 1, minimum: 1, maximum: "9" } }',
      'options.n: maximum is no number',
    ],
    ['options: []', 'options is no map'],
    ['examples: []', 'examples is no list of texts, or empty'],
    ['about: 1', 'about is no text'],
    ['notes: 1', 'notes is no text'],
    ['run: 1', 'run is no function'],
    ['operands: { form: "[X]" }', 'operands lacks form, least or most'],
  ])('%s', async (fields, why) => {
    const root = project(['bad'], withCommand(fields))
    for (const argv of [['greet'], ['greet', '--help']]) {
      const { code, err } = await say(root, ...argv)
      expect(code).toBe(2)
      expect(err).toContain('error[PLUGIN_INVALID]: bad/plugin: commands.greet has a wrong form: ')
      expect(err).toContain(why)
    }
  })
})

describe('a command that fails', () => {
  it.each([
    ['async run() { throw new TypeError("no duck") }', 'has thrown TypeError: no duck'],
    ['run() { throw new TypeError("no duck") }', 'has thrown TypeError: no duck'],
    ['async run() { throw "a duck" }', 'has thrown Error: a duck'],
    ['async run() {}', 'has given undefined and no exit code'],
  ])('without a code is the failure of its plugin: %s', async (fields, why) => {
    const { code, err } = await say(project(['bad'], withCommand(fields)), 'greet')
    expect(code).toBe(1)
    expect(err).toContain(`error[PLUGIN_FAILED]: the command of bad ${why}`)
    expect(/^ {4}at /m.test(err)).toBe(why.includes('thrown'))
  })

  it('with a code is told as it says', async () => {
    const run =
      'async run() { throw Object.assign(new Error("no"), { code: "DUCK", hint: "quack" }) }'
    const { code, err } = await say(project(['bad'], withCommand(run)), 'greet')
    expect([code, err]).toEqual([1, 'error[DUCK]: no\n  help: quack\n'])
  })
})

describe('a resolver that fails breaks its stage, at its place, and no other', () => {
  const TWO = `${WITH_REFERENCE}  b: {cmd: "echo 1 > b", outs: [b]}\n`
  const resolving = (resolver: string): string =>
    project(
      ['bad'],
      plugin(
        'bad',
        { references: ['sample'] },
        `export default { references: { sample: ${resolver} } }`,
      ),
      TWO,
    )

  it.each([
    ['() => { throw new TypeError("no duck") }', 'the plugin has thrown TypeError: no duck'],
    ['async () => { throw "a duck" }', 'the plugin has thrown a duck'],
    [
      'async () => (await import("node:fs")).readFileSync("/no/duck")',
      'the plugin has thrown Error: ENOENT',
    ],
    ['async () => 7', 'the answer is neither a text nor null, but number'],
    ['() => undefined', 'the answer is neither a text nor null, but undefined'],
    ['() => "a duck"', 'the answer is no JSON as JSON.stringify writes it'],
    ['() => "{ }"', 'the answer is no JSON as JSON.stringify writes it'],
  ])('%s', async (resolver, why) => {
    const root = resolving(resolver)
    const { stages } = JSON.parse((await say(root, 'status', '--json')).out)
    const problem = {
      code: 'PLUGIN_FAILED',
      message: expect.stringContaining(`bad does not resolve 'sample://x': ${why}`) as string,
      place: { file: 'pipeline.yaml', line: 2 },
    }
    expect(stages).toMatchObject([{ name: 'a', problems: [problem] }, { name: 'b' }])
    const ran = await say(root, 'run', '--keep-going', '--json')
    expect(ran.code).toBe(1)
    expect(JSON.parse(ran.out).stages).toMatchObject([
      { name: 'a', outcome: 'failed', error: problem },
      { name: 'b', outcome: 'ran' },
    ])
  })

  it('its own error stays, where that has a code', async () => {
    const own = 'Object.assign(new Error("no"), { code: "DUCK", hint: "quack" })'
    const { out } = await say(resolving(`() => { throw ${own} }`), 'status', '--json')
    expect(JSON.parse(out).stages).toMatchObject([{ problems: [{ code: 'DUCK' }] }, {}])
  })

  it('one that never answers has its time, and so has its loading', async () => {
    const never = new Promise<never>(() => undefined)
    const asked = { plugin: 'bad', reference: 'sample://x', root: '/' }
    for (const load of [async () => () => never, () => never])
      await expect(askResolver(load, asked, 1)).rejects.toMatchObject({
        code: 'PLUGIN_FAILED',
        message: "bad does not resolve 'sample://x': there is no answer after 0.001 s",
      })
    expect(await askResolver(async () => async () => null, asked, 60_000)).toBeNull()
  })
})

it('the names that no plugin may take are those of the command table', () => {
  const entries = ownCommands({ mutexSummaries: {}, mutexes: async () => ({}) })
  expect(entries.map(({ name }) => name)).toEqual(OWN_COMMANDS)
})
