// Makes a compiled Vega specification independent of the machine's time zone.

import { isRecord } from '@weir/base'

function utcText(text: string): string {
  return text.replace(/\btime(Format|Parse|Offset|Sequence)\(/g, (_, name: string) => {
    return `utc${name}(`
  })
}

function utcField(key: string, value: unknown, owner: Record<string, unknown>): unknown {
  if (key === 'values') return value
  if (key === 'type' && value === 'time' && 'range' in owner) return 'utc'
  if (key === 'formatType' && value === 'time') return 'utc'
  if (key === 'signal' || key === 'expr' || key === 'update') {
    return typeof value === 'string' ? utcText(value) : utc(value)
  }
  return utc(value)
}

function utc(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(utc)
  if (!isRecord(node)) return node
  const entries = Object.entries(node).map(([key, value]) => [key, utcField(key, value, node)])
  const copy = Object.fromEntries(entries) as Record<string, unknown>
  return copy.type === 'timeunit' ? { timezone: 'utc', ...copy } : copy
}

/** The specification with scales, time units and formats of local time turned to UTC; data stay as they are. */
export function inUtc<Spec>(spec: Spec): Spec {
  return utc(spec) as Spec
}
