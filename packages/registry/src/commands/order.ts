// A command line of `weir registry`, understood: the registry that it is about, the model, and who acts.
import { isAbsolute, join } from 'node:path'
import { CodedError } from '@weir/base'
import { verifyBundle } from '@weir/models/load'
import type { Effects, Given } from '@weir/runner/plugin'
import { modelOf } from '../changes.ts'
import { headCommit } from '../effects.ts'
import type { RegistryState } from '../fold.ts'
import { openRegistry, type Registry } from '../registry.ts'
import { type PromoteParams, promoteParams } from './promote-params.ts'
import type { MakeTable } from './registry-views.ts'

/** The options of `weir registry`. */
export const OPTIONS = {
  store: {
    type: 'string',
    value: 'DIR',
    description: 'folder of the registry (promote.store of params.yaml, else models)',
  },
  name: {
    type: 'string',
    value: 'MODEL',
    description: 'the model (promote.name of params.yaml, else the only one)',
  },
  reason: { type: 'string', value: 'TEXT', default: '', description: 'why, for the history' },
  by: {
    type: 'string',
    value: 'NAME',
    description: 'who (WEIR_USER, else the user of the system)',
  },
  remove: { type: 'boolean', description: 'take an alias away' },
  json: { type: 'boolean', description: 'one JSON document on stdout' },
} as const

type Line = Given<typeof OPTIONS>

/** A command line, understood. */
export interface Order {
  readonly registry: Registry
  /** The registry's folder, and the one that paths on the command line are relative to. */
  readonly store: string
  readonly cwd: string
  readonly params: PromoteParams
  readonly name: string | undefined
  /** The model that the command line itself names. */
  readonly asked: string | undefined
  readonly reason: string
  readonly remove: boolean
  readonly table: MakeTable
}

/** What a verb answers. */
export interface Say {
  readonly json: object
  readonly text: string
}

/** Understands the options. */
export async function orderOf(options: Line['options'], effects: Effects): Promise<Order> {
  const params = promoteParams(await effects.params())
  const { by, store = params.store } = options
  const from = options.store === undefined ? params.root : effects.cwd
  const folder = isAbsolute(store) ? store : join(from, store)
  const registry = openRegistry(folder, {
    verify: verifyBundle,
    now: effects.clock.now,
    git: () => headCommit(params.root),
    warn: (message) => void effects.stderr.write(`warning: ${message}\n`),
    ...(by === undefined ? {} : { user: () => by }),
  })
  return {
    registry,
    store: folder,
    cwd: effects.cwd,
    params,
    name: options.name ?? params.name ?? undefined,
    asked: options.name,
    reason: options.reason,
    remove: options.remove,
    table: (table) => effects.table(table, effects.stdout),
  }
}

/** The model that is meant. Throws MODEL_UNKNOWN, or USAGE where several could be. */
export function nameIn(state: RegistryState, { name }: Pick<Order, 'name'>): string {
  const names = [...state.keys()]
  const only = names.length === 1 ? names[0] : undefined
  const meant = name ?? only
  if (meant === undefined && names.length > 1) {
    throw usage('the registry has several models', `--name one of ${names.join(', ')}`)
  }
  modelOf(state, meant ?? 'of any name')
  return meant ?? ''
}

/** Throws USAGE where a verb has not its operands. */
export function exactly(operands: readonly string[], due: readonly string[], verb: string): void {
  if (operands.length === due.length) return
  const line = ['weir registry', verb, ...due].join(' ')
  throw usage(`weir registry ${verb} takes ${due.join(' and ') || 'nothing more'}`, line)
}

/** A command line that cannot be understood. */
export function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}
