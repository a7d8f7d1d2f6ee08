// Reads the condition of a stage: a truth about params, or a fact that another stage will write.
import type { When } from './model.ts'
import { normalPath } from './paths.ts'

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
    if (FACT_SIDE.test(left) || FACT_SIDE.test(right)) return 'malformed'
    const holds = (unquote(left) === unquote(right)) === (operator === '==')
    return holds !== negate ? undefined : never(text)
  }
  const fact = /^([^:]+):([^:]+)$/.exec(bare)
  if (!fact?.[1] || !fact[2]) return 'malformed'
  const [file, key] = [normalPath(fact[1].trim()), fact[2].trim()]
  return { text, test: { kind: 'fact', file, key, negate } }
}

/** A fact inside a comparison would be compared as the text that names it. */
const FACT_SIDE = /\.json:\S/

function never(text: string): When {
  return { text, test: { kind: 'never' } }
}

function unquote(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, '$2')
}
