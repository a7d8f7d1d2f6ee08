// The options of commands as data, in the words of JSON Schema; the command line is read by node's own parser.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '@weir/base'
import { usage } from './failure.ts'

interface Described {
  /** One line of the help, or several. */
  readonly description: string
  /** A letter that stands for the name. */
  readonly short?: string
}

/** What the help calls the value. */
interface Valued extends Described {
  readonly value: string
}

interface Range {
  readonly minimum: number
  readonly maximum?: number
}

/** An option. Its name is its key in the table. */
export type Option =
  | ({ readonly type: 'boolean' } & Described)
  | ({ readonly type: 'string'; readonly default?: string } & Valued)
  | ({ readonly type: 'integer'; readonly default: number } & Range & Valued)
  /** May be given several times; `separator` also splits one value. */
  | ({ readonly type: 'array'; readonly separator?: string } & Valued)

export type OptionTable = Readonly<Record<string, Option>>

/** The words of a command line that are no options. */
export interface Operands {
  /** As in the help: `[STAGE…]`. */
  readonly form: string
  readonly least: number
  readonly most: number
}

/** What a command line may be. */
export interface CommandLine<Options extends OptionTable> {
  /** Without it the command takes no operands. */
  readonly operands?: Operands
  readonly options: Options
  readonly examples: readonly [string, ...string[]]
}

type ValueOf<Of extends Option> = Of extends { type: 'boolean' }
  ? boolean
  : Of extends { type: 'integer' }
    ? number
    : Of extends { type: 'array' }
      ? readonly string[]
      : Of extends { default: string }
        ? string
        : string | undefined

/** A command line that was read: every option with its value or default, and the operands. */
export interface Given<Options extends OptionTable = OptionTable> {
  readonly options: { readonly [Name in keyof Options]: ValueOf<Options[Name]> }
  readonly operands: readonly string[]
}

/** `--help`, which every command has. */
export const HELP = { type: 'boolean', short: 'h', description: 'print this help' } as const

/** True if a command line asks for help, whatever else it says. */
export function asksHelp(argv: readonly string[]): boolean {
  return argv.includes('--help') || argv.includes('-h')
}

/**
 * Reads a command line.
 * @throws CommandFailure USAGE for one that the command's tables do not allow
 */
export function readCommandLine<Options extends OptionTable>(
  name: string,
  command: CommandLine<Options>,
  argv: readonly string[],
): Given<Options> {
  const { values, positionals } = parsed(argv, command.options)
  const { form, least, most } = command.operands ?? { form: 'no operands', least: 0, most: 0 }
  if (positionals.length < least || positionals.length > most)
    throw usage(`weir ${name} takes ${form}`, command.examples[0])
  const options = Object.entries(command.options).map(([key, option]) => [
    key,
    givenValue(key, option, values[key]),
  ])
  return { options: Object.fromEntries(options), operands: positionals }
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

function parsed(
  argv: readonly string[],
  table: OptionTable,
): { values: Values; positionals: string[] } {
  const known = Object.entries({ ...table, help: HELP }).map(([key, option]) => [
    key,
    parserOption(option),
  ])
  try {
    return parseArgs({
      args: [...argv],
      options: Object.fromEntries(known),
      allowPositionals: true,
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [sentence = error.message] = error.message.split('. ')
    throw usage(sentence, nearestHint(sentence, [...Object.keys(table), 'help']))
  }
}

function parserOption({ type, short }: Option): NonNullable<ParseArgsConfig['options']>[string] {
  return {
    type: type === 'boolean' ? 'boolean' : 'string',
    ...(type === 'array' && { multiple: true }),
    ...(short !== undefined && { short }),
  }
}

/** The known option nearest to the one that the parser's message quotes. */
function nearestHint(sentence: string, known: readonly string[]): string {
  const [, given = ''] = /'--?([^' ]+)/.exec(sentence) ?? []
  const near = nearest(given, known)
  return near === undefined ? 'see --help' : `did you mean --${near}?`
}

function givenValue(name: string, option: Option, given: Values[string]): ValueOf<Option> {
  switch (option.type) {
    case 'boolean':
      return given === true
    case 'array':
      return texts(given).flatMap((text) =>
        option.separator === undefined ? text : text.split(option.separator),
      )
    case 'integer':
      return typeof given === 'string' ? integer(name, option, given) : option.default
    default:
      return typeof given === 'string' ? given : option.default
  }
}

function texts(given: Values[string]): readonly string[] {
  return Array.isArray(given) ? given.filter((text) => typeof text === 'string') : []
}

function integer(
  name: string,
  { minimum, maximum = Number.MAX_SAFE_INTEGER, default: example }: Option & { type: 'integer' },
  text: string,
): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && minimum <= value && value <= maximum)
    return value
  const to = maximum === Number.MAX_SAFE_INTEGER ? 'on' : `to ${maximum}`
  throw usage(
    `--${name} ${text}: expected a whole number from ${minimum} ${to}`,
    `for example --${name} ${example}`,
  )
}
