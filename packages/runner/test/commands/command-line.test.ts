// The command table: what a command line may say, what the help prints from it, and words that are no command.
import { describe, expect, it } from 'vitest'
import { type Command, defineCommand } from '../../src/commands/command.ts'
import { ownCommands } from '../../src/commands/command-table.ts'
import { commandHelp } from '../../src/commands/help.ts'
import { weir } from '../../src/commands/main.ts'
import type { Given } from '../../src/commands/options.ts'
import { readCommandLine } from '../../src/commands/options.ts'
import { folderWith } from '../project-folder.ts'
import { call, keptEffects } from './effects.ts'

const given: Given[] = []
const sample = defineCommand({
  about: 'Does a thing.',
  operands: { form: 'NAME [OTHER]', least: 1, most: 2 },
  options: {
    loud: { type: 'boolean', short: 'l', description: 'say more' },
    times: {
      type: 'integer',
      value: 'N',
      minimum: 2,
      maximum: 9,
      default: 3,
      description: 'how often',
    },
    tag: { type: 'array', value: 'TAG', separator: ',', description: 'a mark\nor several' },
    set: { type: 'array', value: 'K=V', short: 'S', description: 'a setting' },
    store: { type: 'string', value: 'DIR', description: 'where' },
    by: { type: 'string', value: 'WHO', default: 'me', description: 'who' },
  },
  notes: 'Exit codes: 0',
  examples: ['weir sample a', 'weir sample a b'],
  async run(line) {
    const { loud, times, tag, store, by } = line.options
    // The types follow from the table: this compiles only where each is what the table says.
    const typed: [boolean, number, readonly string[], string | undefined, string] = [
      loud,
      times,
      tag,
      store,
      by,
    ]
    given.push(line)
    return typed.length - 5
  },
})
const read = (...argv: string[]) => readCommandLine('sample', sample, argv)

describe('a command line', () => {
  it('has every option, given or not, and the operands', () => {
    expect(read('a')).toEqual({
      options: { loud: false, times: 3, tag: [], set: [], store: undefined, by: 'me' },
      operands: ['a'],
    })
    expect(
      read('-l', 'a', '--tag', 'x,y', '--tag=z', '--times', '7', '-S', 'k=1,2', '--by', 'ada', 'b'),
    ).toEqual({
      options: {
        loud: true,
        times: 7,
        tag: ['x', 'y', 'z'],
        set: ['k=1,2'],
        store: undefined,
        by: 'ada',
      },
      operands: ['a', 'b'],
    })
  })

  it.each([
    [['a', '--lod'], "Unknown option '--lod'", 'did you mean --loud?'],
    [['a', '--hlep'], "Unknown option '--hlep'", 'did you mean --help?'],
    [['a', '-x'], "Unknown option '-x'", 'see --help'],
    [['a', '--store'], "Option '--store <value>' argument missing", 'did you mean --store?'],
    [
      ['a', '--times', '1'],
      '--times 1: expected a whole number from 2 to 9',
      'for example --times 3',
    ],
    [['a', '--times', '2.5'], '--times 2.5: expected a whole number', 'for example --times 3'],
    [['a', '--times='], '--times : expected a whole number', 'for example --times 3'],
    [
      ['a', '--times', '10'],
      '--times 10: expected a whole number from 2 to 9',
      'for example --times 3',
    ],
    [[], 'weir sample takes NAME [OTHER]', 'weir sample a'],
    [['a', 'b', 'c'], 'weir sample takes NAME [OTHER]', 'weir sample a'],
  ])('%j is refused', (argv, message, hint) => {
    expect(() => read(...argv)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        exit: 2,
        message: expect.stringContaining(message) as string,
        hint,
      }),
    )
  })

  it('is carried out with what it says, or told as wrong, in the form that it asks for', async () => {
    given.length = 0
    expect(await call('sample', sample, ['a', '--times', '4'], '.')).toMatchObject({ code: 0 })
    expect(given).toMatchObject([{ options: { times: 4 }, operands: ['a'] }])
    const wrong = await call('sample', sample, ['--json'], '.')
    expect(wrong.code).toBe(2)
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, errors: [{ code: 'USAGE' }] })
    expect(wrong.err).toContain("error[USAGE]: Unknown option '--json'")
    expect(given).toHaveLength(1)
  })
})

describe('an error of a command', () => {
  const failing = (error: unknown): Command => ({ ...sample, run: () => Promise.reject(error) })
  const coded = (about: object) => Object.assign(new Error('no'), about)

  it('that carries a code is told by it, whatever class it is of', async () => {
    const said = await call(
      'sample',
      failing(coded({ code: 'X_GONE', hint: 'h', where: 'f' })),
      ['a'],
      '.',
    )
    expect(said).toEqual({ code: 1, out: '', err: 'error[X_GONE]: no\n  --> f\n  help: h\n' })
  })

  it.each([
    [{ code: 'USAGE', hint: 'h' }, 2],
    [{ code: 'X', hint: 'h', exit: 7 }, 7],
    [{ code: 'ENOSPC', errno: -28 }, 1],
  ])('%j gives exit code %i', async (about, code) => {
    expect((await call('sample', failing(coded(about)), ['a'], '.')).code).toBe(code)
  })

  it('without a code is a bug, and is thrown on', async () => {
    await expect(call('sample', failing(new Error('bug')), ['a'], '.')).rejects.toThrow('bug')
  })
})

describe('help', () => {
  it('is printed from the table', async () => {
    const help = `weir sample NAME [OTHER] [options]

Does a thing.

  -l, --loud     say more
  --times N      how often (default: 3)
  --tag TAG      a mark
                 or several
  -S, --set K=V  a setting
  --store DIR    where
  --by WHO       who (default: me)
  -h, --help     print this help

Exit codes: 0

Examples
  weir sample a
  weir sample a b
`
    expect(commandHelp('sample', sample)).toBe(help)
    expect(await call('sample', sample, ['--nonsense', '-h'], '.')).toEqual({
      code: 0,
      out: help,
      err: '',
    })
  })

  it('of every command of the tool fits a page, and names what its options take', async () => {
    const entries = ownCommands({ mutexSummaries: {}, mutexes: async () => ({}) })
    expect(entries.map(({ name }) => name)).toContain('explain')
    for (const { name, load } of entries) {
      const help = commandHelp(name, await load())
      for (const line of help.split('\n')) expect(line.length, line).toBeLessThan(125)
      expect(help).toContain('\nExamples\n  weir')
    }
  })
})

describe('the first word', () => {
  const PIPELINE = 'stages:\n  stats: {cmd: "true", outs: [a]}\n  train: {cmd: "true", outs: [b]}\n'
  const say = async (argv: string[], files: Record<string, string> = {}) => {
    const { effects, said } = keptEffects(folderWith(files))
    return { code: await weir(argv, effects), ...said() }
  }

  it.each([
    [['statsu'], "did you mean `weir status`? of the stages: did you mean 'stats'?"],
    [['explian', 'train'], 'did you mean `weir explain`? of the stages: stages: stats, train'],
    [['rnu', '--dry-run'], 'did you mean `weir run`?'],
  ])('%j is told as no command and no stage', async (argv, hint) => {
    const { code, err, out } = await say([...argv, '--json'], { 'pipeline.yaml': PIPELINE })
    expect(code).toBe(2)
    expect(err).toContain(
      `error[UNKNOWN_COMMAND]: '${argv[0]}' is neither a command nor a stage\n  help: ${hint}`,
    )
    expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: 'UNKNOWN_COMMAND' }] })
  })

  it('that is near to a command is told so where there is no project', async () => {
    expect((await say(['statsu'])).err).toContain('did you mean `weir status`?')
    expect((await say(['xyzzy'])).err).toContain('error[NO_PROJECT]')
    expect((await say(['status'])).err).toContain('error[NO_PROJECT]')
  })

  it('that is near to a stage only names that', async () => {
    expect((await say(['trian'], { 'pipeline.yaml': PIPELINE })).err).toContain(
      "error[UNKNOWN_STAGE]: there is no stage 'trian'\n  help: did you mean 'train'?",
    )
  })

  it('of a run is a stage, also where it is near to a command', async () => {
    const { err } = await say(['run', 'statsu'], { 'pipeline.yaml': PIPELINE })
    expect(err).toContain('error[UNKNOWN_STAGE]')
  })

  it('may ask for the version or for help, in any folder', async () => {
    expect(await say(['--version'])).toEqual({ code: 0, out: 'weir 0.0.0\n', err: '' })
    const overview = await say(['--help'])
    expect(overview.code).toBe(0)
    expect(overview.out).toMatch(/^ {2}status +which stages/m)
    expect(await say(['help'])).toEqual(overview)
    const help = await say(['status', '--help'])
    expect(help.out).toContain('weir status [STAGE…]')
    expect(await say(['help', 'status'])).toEqual(help)
  })
})
