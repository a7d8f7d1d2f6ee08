// Reads the condition of a stage: a truth about params, or a fact that another stage will write.
import type { When } from './model.ts'

/**
 * Parses a condition whose expressions are replaced already. Undefined means true: nothing to wait for.
 * Forms: a boolean; `a == b`, `a != b`; `file.json:key.of.it`; `not …` or `!…` before the last two.
 */
export function parseWhen(value: unknown): When | undefined | 'malformed' {
  if (typeof value === 'boolean') return value ? undefined : never(String(value))
  if (typeof value !== 'string') return 'malformed'
  const text = value.trim()
  const negate = /^(not\s+|!)/.test(text)
  const bare = text.replace(/^(not\s+|!)\s*/, '')
  if (bare === 'true' || bare === 'false')
    return (bare === 'true') !== negate ? undefined : never(text)
  const comparison = /^(.*?)\s*(==|!=)\s*(.*)$/.exec(bare)
  if (comparison) {
    const [, left = '', operator, right = ''] = comparison
    const holds = (unquote(left) === unquote(right)) === (operator === '==')
    return holds !== negate ? undefined : never(text)
  }
  const fact = /^([^:]+):([^:]+)$/.exec(bare)
  if (!fact?.[1] || !fact[2]) return 'malformed'
  return { text, test: { kind: 'fact', file: fact[1].trim(), key: fact[2].trim(), negate } }
}

function never(text: string): When {
  return { text, test: { kind: 'never' } }
}

function unquote(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, '$2')
}
