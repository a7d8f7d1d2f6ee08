// The command line of the runner's commands: one table of options for all, read with node's own parser.
import { availableParallelism } from 'node:os'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '@weir/base/nearest'
import type { Problem } from '@weir/base/problem'
import type { Selection } from '../plan/select.ts'

const OPTIONS = {
  until: { type: 'string', multiple: true },
  from: { type: 'string', multiple: true },
  only: { type: 'string', multiple: true },
  force: { type: 'boolean', short: 'f' },
  'dry-run': { type: 'boolean', short: 'n' },
  jobs: { type: 'string', short: 'j' },
  'keep-going': { type: 'boolean', short: 'k' },
  set: { type: 'string', multiple: true, short: 'S' },
  json: { type: 'boolean' },
  mermaid: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options']

type OptionName = keyof typeof OPTIONS

/** Those of a run. */
export const RUN_OPTIONS: readonly OptionName[] = [
  'until',
  'from',
  'only',
  'force',
  'dry-run',
  'jobs',
  'keep-going',
  'set',
  'json',
]

/** The options as given, checked. */
export interface Options {
  readonly selection: Selection
  readonly names: readonly string[]
  readonly settings: readonly string[]
  readonly jobs: number
  readonly force: boolean
  readonly dryRun: boolean
  readonly keepGoing: boolean
  readonly json: boolean
  readonly mermaid: boolean
  readonly help: boolean
}

export type ParsedOptions =
  | { readonly ok: true; readonly options: Options }
  | { readonly ok: false; readonly problem: Problem }

/** Reads a command line on which only some options mean something. Names without an option are stages. */
export function parseOptions(
  argv: readonly string[],
  allowed: readonly OptionName[],
): ParsedOptions {
  const known = Object.fromEntries(
    [...allowed, 'help' as const].map((name) => [name, OPTIONS[name]]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: known,
      allowPositionals: true,
    })
    return checked(values as Values, positionals)
  } catch (error) {
    return usage(
      (error as Error).message.split('. ')[0] ?? '',
      unknownHint((error as Error).message, allowed),
    )
  }
}

interface Values {
  readonly until?: string[]
  readonly from?: string[]
  readonly only?: string[]
  readonly set?: string[]
  readonly jobs?: string
  readonly force?: boolean
  readonly 'dry-run'?: boolean
  readonly 'keep-going'?: boolean
  readonly json?: boolean
  readonly mermaid?: boolean
  readonly help?: boolean
}

function checked(values: Values, names: readonly string[]): ParsedOptions {
  const jobs = values.jobs === undefined ? availableParallelism() : Number(values.jobs)
  if (!Number.isInteger(jobs) || jobs < 1)
    return usage(`--jobs ${values.jobs}: expected a whole number from 1 on`, 'for example --jobs 4')
  const split = (list: readonly string[] = []): string[] => list.flatMap((item) => item.split(','))
  const selection = {
    until: split(values.until),
    from: split(values.from),
    only: split(values.only),
  }
  if (selection.only.length > 0 && selection.until.length + selection.from.length > 0)
    return usage('--only does not go with --until or --from', 'choose one of them')
  return {
    ok: true,
    options: {
      selection,
      names,
      settings: values.set ?? [],
      jobs,
      force: values.force ?? false,
      dryRun: values['dry-run'] ?? false,
      keepGoing: values['keep-going'] ?? false,
      json: values.json ?? false,
      mermaid: values.mermaid ?? false,
      help: values.help ?? false,
    },
  }
}

/** The stages that a run is asked for: a name without an option means all up to it. */
export function selectionOf({ selection, names }: Options): Selection {
  return { ...selection, until: [...selection.until, ...names] }
}

function usage(message: string, hint: string): ParsedOptions {
  return { ok: false, problem: { code: 'USAGE', message, hint } }
}

function unknownHint(message: string, allowed: readonly OptionName[]): string {
  const given = /'--?([^' ]+)/.exec(message)?.[1] ?? ''
  const near = nearest(given, allowed)
  return near ? `did you mean --${near}?` : 'see --help'
}
