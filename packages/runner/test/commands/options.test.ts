// Any table of options, and any command line that it allows: what is read is what was written.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandHelp, overview } from '../../src/commands/help.ts'
import { type OptionTable, readCommandLine } from '../../src/commands/options.ts'
import { selectionOf } from '../../src/commands/stage-options.ts'

const OPTIONS = {
  loud: { type: 'boolean', short: 'l', description: 'say more' },
  times: { type: 'integer', value: 'N', short: 't', minimum: -2, default: 3, description: 'often' },
  tag: { type: 'array', value: 'TAG', separator: ',', description: 'marks' },
  set: { type: 'array', value: 'K=V', short: 'S', description: 'a setting' },
  by: { type: 'string', value: 'WHO', default: 'me', description: 'who' },
  store: { type: 'string', value: 'DIR', description: 'where' },
} as const satisfies OptionTable
const LINE = {
  operands: { form: '[WORD…]', least: 0, most: 4 },
  options: OPTIONS,
  examples: ['weir x'],
} as const
const read = (argv: readonly string[]) => readCommandLine('x', LINE, argv)

/** Texts that a parser may stumble on, but for those that begin like an option. */
const text = fc
  .oneof(fc.constantFrom('a=b', '=', 'é ü', 'a b', '\n', 'run', '0'), fc.string({ minLength: 1 }))
  .filter((word) => !word.startsWith('-'))
const tag = text.filter((word) => !word.includes(','))
const given = fc.record({
  loud: fc.boolean(),
  times: fc.option(fc.integer({ min: -2, max: 2 ** 40 }), { nil: undefined }),
  tag: fc.array(fc.array(tag, { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
  set: fc.array(fc.string(), { maxLength: 3 }),
  by: fc.option(fc.string(), { nil: undefined }),
  store: fc.option(fc.string(), { nil: undefined }),
  operands: fc.array(text, { maxLength: 4 }),
})

describe('a command line', () => {
  it('property: gives back what it was written from, in any order of its options', () => {
    const orders = fc.array(fc.nat(), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(given, orders, (one, order) => {
        const parts = [
          ...(one.loud ? ['-l'] : []),
          ...(one.times === undefined ? [] : [`--times=${one.times}`]),
          ...(one.by === undefined ? [] : [`--by=${one.by}`]),
          ...(one.store === undefined ? [] : [`--store=${one.store}`]),
        ]
          .map((part, index) => [order[index] ?? 0, part] as const)
          .sort(([a], [b]) => a - b)
          .map(([, part]) => part)
        const argv = [
          ...parts,
          ...one.tag.map((some) => `--tag=${some.join(',')}`),
          ...one.operands,
          ...one.set.map((setting) => `--set=${setting}`),
        ]
        expect(read(argv)).toEqual({
          options: {
            loud: one.loud,
            times: one.times ?? 3,
            tag: one.tag.flat(),
            set: one.set,
            by: one.by ?? 'me',
            store: one.store,
          },
          operands: one.operands,
        })
      }),
    )
  })

  it('takes what stands behind -- as it is', () => {
    expect(read(['-l', '--', '--loud', '-x']).operands).toEqual(['--loud', '-x'])
  })

  it.each([
    '-3',
    '1.5',
    '1e99',
    'x',
    '',
    ' ',
    '0x',
    'Infinity',
  ])('--times=%s is refused', (value) => {
    expect(() => read([`--times=${value}`])).toThrow(
      expect.objectContaining({ code: 'USAGE', exit: 2 }),
    )
  })

  it('of a command without operands takes none', () => {
    const bare = { options: {}, examples: ['weir x'] } as const
    expect(readCommandLine('x', bare, [])).toEqual({ options: {}, operands: [] })
    expect(() => readCommandLine('x', bare, ['a'])).toThrow('weir x takes no operands')
  })
})

describe('a selection', () => {
  const select = (until: string[], from: string[], only: string[], operands: string[]) =>
    selectionOf({ options: { until, from, only }, operands })

  it('takes words without an option as --until', () => {
    expect(select(['a'], ['b'], [], ['c'])).toEqual({ until: ['a', 'c'], from: ['b'], only: [] })
  })

  it('refuses --only beside --until or --from', () => {
    for (const [until, from] of [
      [['a'], []],
      [[], ['a']],
    ] as const)
      expect(() => select([...until], [...from], ['b'], [])).toThrow(
        expect.objectContaining({ code: 'USAGE', hint: 'choose one of them' }),
      )
  })
})

describe('the help', () => {
  it('names every option with its letter, its value and its default, and lines them up', () => {
    const text = commandHelp('x', { ...LINE, about: '\nDoes it.\n', run: async () => 0 })
    const lines = text.split('\n')
    expect(lines.slice(0, 4)).toEqual(['weir x [WORD…] [options]', '', 'Does it.', ''])
    expect(lines).toContain('  -t, --times N  often (default: 3)')
    expect(lines).toContain('  --tag TAG      marks')
    expect(lines).toContain('  --by WHO       who (default: me)')
    expect(lines).toContain('  -h, --help     print this help')
    expect(lines.slice(-3)).toEqual(['Examples', '  weir x', ''])
  })

  it('of all commands lines up their summaries', () => {
    const entry = (name: string) => ({ name, summary: `s-${name}`, load: () => Promise.reject() })
    const lines = overview([entry('a'), entry('longer')]).split('\n')
    expect(lines).toContain('  a       s-a')
    expect(lines).toContain('  longer  s-longer')
  })
})
