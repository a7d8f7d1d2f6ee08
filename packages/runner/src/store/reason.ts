// Why a stage is not fresh: recorded where it is decided, printed by every command that tells of it.
import type { Digest } from '@weir/base'

/** One reason; the union is closed, and reasonText says each for people. */
export type Reason =
  | { readonly kind: 'never_run' }
  | { readonly kind: 'forced' }
  | { readonly kind: 'inspected' }
  | { readonly kind: 'always_changed' }
  | { readonly kind: 'frozen' }
  | { readonly kind: 'unchanged' }
  /** `absent`: the file of another stage has no value at that key, which may be a typing error. */
  | { readonly kind: 'when'; readonly text: string; readonly absent?: true }
  | { readonly kind: 'upstream_skipped'; readonly stage: string }
  | { readonly kind: 'upstream_failed'; readonly stage: string }
  | { readonly kind: 'upstream_stale'; readonly stage: string }
  | { readonly kind: 'upstream_broken'; readonly stage: string }
  | { readonly kind: 'not_started' }
  | { readonly kind: 'command'; readonly old: string; readonly new: string }
  | { readonly kind: 'code'; readonly module: string; readonly change: Change }
  | {
      readonly kind: 'package'
      readonly name: string
      readonly old?: string
      readonly new?: string
    }
  | { readonly kind: 'key_schema'; readonly old: string; readonly new: string }
  | { readonly kind: 'esbuild'; readonly old: string; readonly new: string }
  | {
      readonly kind: 'param'
      readonly file: string
      readonly key: string
      readonly old?: unknown
      readonly new?: unknown
    }
  | { readonly kind: 'env'; readonly name: string; readonly change: Change }
  | { readonly kind: 'dep'; readonly path: string; readonly change: Change }
  | { readonly kind: 'reference'; readonly old: string; readonly new: string }
  | {
      readonly kind: 'outs'
      readonly added: readonly string[]
      readonly removed: readonly string[]
    }
  | {
      readonly kind: 'port'
      /** As the cell has it: `inputs.data`. */
      readonly name: string
      readonly old?: string
      readonly new?: string
    }
  | { readonly kind: 'out'; readonly path: string; readonly change: 'missing' | 'modified' }
  | { readonly kind: 'cache_corrupt'; readonly digest: Digest }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string }

export type Change = 'changed' | 'added' | 'removed'

/** Hash of each module's part of the packed code, kept beside a key only to say which module changed. */
export type Modules = Readonly<Record<string, string>>

/** The reason for people, without a full stop. */
export function reasonText(reason: Reason): string {
  switch (reason.kind) {
    case 'never_run':
      return 'no run of it is recorded'
    case 'forced':
      return 'forced'
    case 'inspected':
      return 'is inspected'
    case 'always_changed':
      return 'always_changed: it runs every time'
    case 'frozen':
      return 'frozen: its inputs are not looked at'
    case 'unchanged':
      return 'nothing changed'
    case 'when':
      return `when ${reason.text} is not true${reason.absent ? ': there is nothing at that key' : ''}`
    case 'upstream_skipped':
      return `${reason.stage} was skipped`
    case 'upstream_failed':
      return `${reason.stage} failed`
    case 'upstream_stale':
      return `${reason.stage} is not fresh`
    case 'upstream_broken':
      return `${reason.stage} cannot run`
    case 'not_started':
      return 'the run ended before its turn'
    default:
      return changeText(reason)
  }
}

type ChangeReason = Exclude<
  Reason,
  {
    kind:
      | 'never_run'
      | 'forced'
      | 'inspected'
      | 'always_changed'
      | 'frozen'
      | 'unchanged'
      | 'when'
      | 'not_started'
      | `upstream_${string}`
  }
>

function changeText(reason: ChangeReason): string {
  switch (reason.kind) {
    case 'command':
      return `command changed: ${reason.old} -> ${reason.new}`
    case 'code':
      return `code ${reason.change}: ${reason.module}`
    case 'package':
      return `package ${reason.name}: ${reason.old ?? 'not imported'} -> ${reason.new ?? 'not imported'}`
    case 'key_schema':
      return `the form of keys: ${reason.old} -> ${reason.new}`
    case 'esbuild':
      return `esbuild: ${reason.old} -> ${reason.new}`
    case 'param':
      return `param ${reason.key}${reason.file === 'params.yaml' ? '' : ` in ${reason.file}`}: ${valueText(reason.old)} -> ${valueText(reason.new)}`
    case 'env':
      return `env ${reason.name} ${reason.change}`
    case 'reference':
      return referenceText(reason.old, reason.new)
    case 'dep':
      return `dependency ${reason.change}: ${reason.path}`
    case 'outs':
      return `outputs declared: ${[...reason.added.map((path) => `+${path}`), ...reason.removed.map((path) => `-${path}`)].join(' ')}`
    case 'port':
      return `port ${reason.name}: ${reason.old ?? '(none)'} -> ${reason.new ?? '(none)'}`
    case 'out':
      return `output ${reason.change}: ${reason.path}`
    case 'cache_corrupt':
      return `the cache's object ${reason.digest.slice(0, 12)} was corrupt and is discarded`
    case 'problem':
      return `${reason.code}: ${reason.message}`
  }
}

function valueText(value: unknown): string {
  return value === undefined ? '(none)' : JSON.stringify(value)
}

/** Just the options that differ: `registry://m/incumbent: before=2024-01-31 -> before=2024-02-29`. */
function referenceText(old: string, now: string): string {
  const [name, was = ''] = old.split('?')
  const [, is = ''] = now.split('?')
  const without = (options: string, others: string): string =>
    options
      .split('&')
      .filter((option) => !others.split('&').includes(option))
      .join('&')
  const [gone, come] = [without(was, is), without(is, was)]
  // The same options in another order are another text, and so another reference.
  if (gone === come) return `dependency changed: ${old} -> ${now}`
  return `dependency changed: ${name}: ${gone || '(none)'} -> ${come || '(none)'}`
}
