// What each verb of `weir registry` does.
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isRecord, sha256 } from '@weir/base'
import { jsonIfWhole } from '@weir/base/files'
import { modelOf, tableOf, versionOf } from '../changes.ts'
import type { RegistryState, Version } from '../fold.ts'
import type { Change } from '../registry.ts'
import { exactly, nameIn, type Order, type Say } from './order.ts'
import {
  aliasesOf,
  diffTable,
  historyTable,
  versionJson,
  versionTable,
  versionText,
} from './registry-views.ts'
import { diffOf, exportBundle } from './version-files.ts'

type Act = (operands: readonly string[], order: Order) => Promise<Say>

/** By the word on the command line. */
export const VERBS: Readonly<Record<string, Act>> = {
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
    return changed(order, async (name) => {
      const version = versionOf(await order.registry.state(), name, operands[0] ?? '')
      const files = await changedFiles(version, order.params.root)
      return order.registry.approve(name, version.version, order.reason, files)
    })
  },
  reject: async (operands, order) => {
    exactly(operands, ['V'], 'reject')
    return changed(order, (name) => order.registry.refuse(name, operands[0] ?? '', order.reason))
  },
  publish: async (operands, order) => {
    exactly(operands, ['DIGEST or AS_OF'], 'publish')
    return publish(operands[0] ?? '', order)
  },
  diff: async (operands, order) => {
    exactly(operands, ['V', 'V'], 'diff')
    const state = await order.registry.state()
    const name = nameIn(state, order)
    const [a, b] = operands.map((text) => versionOf(state, name, text)) as [Version, Version]
    const changes = await diffOf(order.store, a, b)
    const versions = [a.version, b.version]
    return { json: { versions, changes }, text: diffTable(versions, changes, order.table) }
  },
  export: async (operands, order) => {
    exactly(operands, ['V', 'DIR'], 'export')
    const state = await order.registry.state()
    const version = versionOf(state, nameIn(state, order), operands[0] ?? '')
    const dir = resolve(order.cwd, operands[1] ?? '')
    await exportBundle(order.store, version, dir)
    return {
      json: { version: asJson(state, version), dir },
      text: `${version.name} v${version.version} is in ${dir}\n`,
    }
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

async function publish(text: string, order: Order): Promise<Say> {
  const state = await order.registry.state()
  const name = nameIn(state, order)
  const table = tableOf(state, name, text)
  const changed = await order.registry.publish(name, table, order.reason)
  const already = changed ? '' : ' already'
  return {
    json: { changed, table },
    text: `${name} is served with the feature table of ${table.as_of} (${table.digest.slice(0, 12)})${already}\n`,
  }
}

/** What a request rests on and is another file now; one that is gone, or of another period, tells nothing. */
async function changedFiles({ request }: Version, root: string): Promise<string[]> {
  const found = await Promise.all(
    (request?.bound ?? []).map(async ({ what, path, digest, as_of }) => {
      const bytes = await readFile(join(root, path)).catch(() => null)
      if (bytes === null || sha256(bytes) === digest) return []
      const document = as_of === undefined ? null : jsonIfWhole(bytes.toString('utf8'))
      return isRecord(document) && document.as_of !== as_of ? [] : [what]
    }),
  )
  return found.flat()
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
