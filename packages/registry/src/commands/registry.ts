// `weir registry …`: what is registered, what happened, and the changes that a person makes.
import { isAbsolute, join } from 'node:path'
import { CodedError } from '@weir/base/coded-error'
import { nearest } from '@weir/base/nearest'
import { verifyBundle } from '@weir/models/load'
import type { Command, Effects, Given } from '@weir/runner/plugin'
import { modelOf, versionOf } from '../changes.ts'
import { headCommit } from '../effects.ts'
import type { RegistryState, Version } from '../fold.ts'
import { type Change, openRegistry, type Registry } from '../registry.ts'
import { type PromoteParams, promoteParams } from './promote-params.ts'
import {
  aliasesOf,
  historyTable,
  type MakeTable,
  versionJson,
  versionTable,
  versionText,
} from './registry-views.ts'

const ABOUT = `weir registry promote V | approve V | rollback [V] | alias NAME V | alias NAME --remove

Says which versions there are and what happened to them, and changes their stages. V is a number
(3 or v3), an alias, or Production. A bundle goes into Production only after its files and its
expected outputs were checked; a server that runs swaps by itself.

  list       every version, with its stage and figures
  show       all that is known of one version
  history    every event, oldest first
  promote    into Production; into Staging where promote.require_approval is true
  approve    puts a version that waits in Staging into Production
  rollback   back to the Production version before, or to V
  alias      gives a version a name, or takes the name away`

const OPTIONS = {
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

export const registryCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  operands: { form: 'list | show V | history', least: 1, most: 3 },
  options: OPTIONS,
  examples: [
    'weir registry list',
    'weir registry rollback --reason "complaints since Tuesday"',
    'weir registry approve 4 --by grace',
    'weir registry alias champion 3',
    `weir registry list --json | jq '.versions[] | select(.stage == "Production")'`,
  ],
  async run({ options, operands: [verb = '', ...operands] }, effects) {
    const act = VERBS[verb]
    if (!act) {
      const near = nearest(verb, Object.keys(VERBS))
      const known = `it has ${Object.keys(VERBS).join(', ')}`
      throw usage(
        `weir registry has no ${verb}`,
        near === undefined ? known : `did you mean ${near}?`,
      )
    }
    const say = await act(operands, await orderOf(options, effects))
    effects.stdout.write(options.json ? `${JSON.stringify(say.json, null, 2)}\n` : say.text)
    return 0
  },
}

function usage(message: string, hint: string): CodedError {
  return new CodedError('USAGE', message, { hint })
}

/** A command line, understood. */
interface Order {
  readonly registry: Registry
  readonly params: PromoteParams
  readonly name: string | undefined
  /** The model that the command line itself names. */
  readonly asked: string | undefined
  readonly reason: string
  readonly remove: boolean
  readonly table: MakeTable
}

interface Say {
  readonly json: object
  readonly text: string
}

async function orderOf(options: Line['options'], effects: Effects): Promise<Order> {
  const params = promoteParams(await effects.params())
  const { by, store = params.store } = options
  const from = options.store === undefined ? params.root : effects.cwd
  const registry = openRegistry(isAbsolute(store) ? store : join(from, store), {
    verify: verifyBundle,
    now: effects.clock.now,
    git: () => headCommit(params.root),
    warn: (message) => void effects.stderr.write(`warning: ${message}\n`),
    ...(by === undefined ? {} : { user: () => by }),
  })
  return {
    registry,
    params,
    name: options.name ?? params.name ?? undefined,
    asked: options.name,
    reason: options.reason,
    remove: options.remove,
    table: (table) => effects.table(table, effects.stdout),
  }
}

type Act = (operands: readonly string[], order: Order) => Promise<Say>

const VERBS: Readonly<Record<string, Act>> = {
  list: async (operands, order) => {
    exactly(operands, [], 'list')
    const state = await order.registry.state()
    if (order.asked !== undefined) modelOf(state, order.asked)
    const versions = versionsOf(state, order.name)
    return {
      json: { versions: versions.map((version) => asJson(state, version)) },
      text: versionTable(state, versions, order.table),
    }
  },
  history: async (operands, order) => {
    exactly(operands, [], 'history')
    if (order.asked !== undefined) modelOf(await order.registry.state(), order.asked)
    const events = await order.registry.history(order.name)
    return { json: { events }, text: historyTable(events, order.table) }
  },
  show: async (operands, order) => {
    exactly(operands, ['V'], 'show')
    const state = await order.registry.state()
    const version = versionOf(state, nameIn(state, order), operands[0] ?? '')
    return { json: { version: asJson(state, version) }, text: versionText(state, version) }
  },
  promote: async (operands, order) => {
    exactly(operands, ['V'], 'promote')
    const { reason } = order
    const { requireApproval } = order.params
    return changed(order, (name) =>
      order.registry.promote(name, operands[0] ?? '', { reason, requireApproval }),
    )
  },
  approve: async (operands, order) => {
    exactly(operands, ['V'], 'approve')
    return changed(order, (name) => order.registry.approve(name, operands[0] ?? '', order.reason))
  },
  rollback: async (operands, order) => {
    if (operands.length > 0) exactly(operands, ['V'], 'rollback')
    return changed(order, (name) =>
      order.registry.rollback(name, operands[0] ?? null, order.reason),
    )
  },
  alias: async (operands, order) => {
    exactly(operands, order.remove ? ['NAME'] : ['NAME', 'V'], 'alias')
    const [alias = '', version = ''] = operands
    if (order.remove) return unalias(order, alias)
    return changed(order, (name) => order.registry.alias(name, alias, version, order.reason))
  },
}

async function unalias(order: Order, alias: string): Promise<Say> {
  const name = nameIn(await order.registry.state(), order)
  await order.registry.unalias(name, alias, order.reason)
  return { json: { changed: true, alias }, text: `${name} has no alias ${alias} any more\n` }
}

async function changed(order: Order, change: (name: string) => Promise<Change>): Promise<Say> {
  const name = nameIn(await order.registry.state(), order)
  const { version, changed } = await change(name)
  const state = await order.registry.state()
  return {
    json: { changed, version: asJson(state, version) },
    text: `${sentence(version, aliasesOf(state, version))}${changed ? '' : ' already'}\n`,
  }
}

function sentence({ name, version, stage }: Version, aliases: readonly string[]): string {
  const also = aliases.length > 0 ? ` (${aliases.join(', ')})` : ''
  const subject = `${name} v${version}${also}`
  if (stage === 'Staging') return `${subject} waits in Staging: weir registry approve ${version}`
  return `${subject} is in ${stage === 'None' ? 'no stage' : stage}`
}

function asJson(state: RegistryState, version: Version) {
  return versionJson(version, aliasesOf(state, version))
}

/** The versions of a model, or of all models. */
function versionsOf(state: RegistryState, name: string | undefined): Version[] {
  const models = name === undefined ? [...state.values()] : [state.get(name)]
  return models.flatMap((model) => [...(model?.versions.values() ?? [])])
}

/** The model that is meant. Throws MODEL_UNKNOWN, or USAGE where several could be. */
function nameIn(state: RegistryState, { name }: Pick<Order, 'name'>): string {
  const names = [...state.keys()]
  const only = names.length === 1 ? names[0] : undefined
  const meant = name ?? only
  if (meant === undefined && names.length > 1) {
    throw usage('the registry has several models', `--name one of ${names.join(', ')}`)
  }
  modelOf(state, meant ?? 'of any name')
  return meant ?? ''
}

function exactly(operands: readonly string[], due: readonly string[], verb: string): void {
  if (operands.length === due.length) return
  const line = ['weir registry', verb, ...due].join(' ')
  throw usage(`weir registry ${verb} takes ${due.join(' and ') || 'nothing more'}`, line)
}
