// What the monitor goes by: params.yaml, and what is secret from the environment.
import { isAbsolute, join } from 'node:path'
import { CodedError, isRecord, sha256 } from '@weir/base'
import { promoteParams } from '@weir/registry/promote-params'
import type { ProjectParams } from '@weir/runner/plugin'
import type { Webhook } from './webhook.ts'

export interface MonitorSettings {
  readonly root: string
  readonly asOf: string
  /** The data set file, and the folder of exports; absolute. */
  readonly definition: string
  readonly source: string
  /** The registry's folder, absolute, and the model's name in it. */
  readonly store: string
  readonly name: string
  /** The stage up to which a period is run. */
  readonly until: string
  /** Folder of the log of predictions, absolute. */
  readonly predictions: string
  /** An alarm where F1 of served predictions lies below; null: what Production had when it was registered, less .05. */
  readonly f1Floor: number | null
  readonly webhooks: readonly Webhook[]
}

/** Reads the settings. @throws CodedError PARAM_MISSING, PARAM_INVALID, WEBHOOK_INVALID */
export function monitorSettings(
  project: ProjectParams,
  env: Readonly<Record<string, string | undefined>>,
): MonitorSettings {
  const { root, values } = project
  const { store, name } = promoteParams(project)
  const path = (relative: string): string =>
    isAbsolute(relative) ? relative : join(root, relative)
  const monitor = isRecord(values.monitor) ? values.monitor : {}
  const data = isRecord(values.data) ? values.data : {}
  return {
    root,
    asOf: required(values.as_of, 'as_of'),
    definition: path(required(data.definition, 'data.definition')),
    source: path(required(data.source, 'data.source')),
    store: path(store),
    name: required(name, 'promote.name'),
    until: optional(monitor.until, 'monitor.until', 'promote'),
    predictions: path(optional(monitor.predictions, 'monitor.predictions', 'predictions')),
    f1Floor: floorOf(monitor.f1_floor),
    webhooks: webhooksOf(env),
  }
}

function required(value: unknown, param: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw new CodedError('PARAM_MISSING', `params.yaml has no ${param}`, {
    where: 'params.yaml',
    param,
    hint: 'the monitor needs it to find the periods and the model',
  })
}

function optional(value: unknown, param: string, otherwise: string): string {
  if (value === undefined || value === null) return otherwise
  if (typeof value === 'string' && value !== '') return value
  throw invalid(param, 'a text', value)
}

function floorOf(value: unknown): number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw invalid('monitor.f1_floor', 'a number from 0 to 1, or null', value)
}

function invalid(param: string, due: string, found: unknown): CodedError {
  return new CodedError('PARAM_INVALID', `${param} is ${JSON.stringify(found)}`, {
    where: 'params.yaml',
    param,
    hint: `it is ${due}`,
  })
}

/** The webhooks of WEIR_WEBHOOKS. Addresses are told by their host alone: the rest may be a secret. */
function webhooksOf(env: Readonly<Record<string, string | undefined>>): Webhook[] {
  const secret = env.WEIR_WEBHOOK_SECRET || null
  const urls = [...new Set((env.WEIR_WEBHOOKS ?? '').split(/\s+/).filter((url) => url !== ''))]
  const hosts = urls.map(hostOf)
  return urls.map((url, at) => {
    const host = hosts[at] ?? ''
    const several = hosts.filter((one) => one === host).length > 1
    return { url, host, place: several ? `${host}#${sha256(url).slice(0, 8)}` : host, secret }
  })
}

function hostOf(url: string, at: number): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed && /^https?:$/.test(parsed.protocol)) return parsed.host
  throw new CodedError('WEBHOOK_INVALID', `address ${at + 1} of WEIR_WEBHOOKS is none`, {
    where: 'WEIR_WEBHOOKS',
    hint: 'addresses begin with https:// and are parted by blanks',
  })
}
