// Hashes. A digest has a branded type, so that no other text can be passed for one.
import { hash } from 'node:crypto'

declare const brand: unique symbol

/** The SHA-256 of some content, 64 lower-case hexadecimal digits. */
export type Digest = string & { readonly [brand]: 'Digest' }

/** The digest of bytes, or of a text as UTF-8. */
export function sha256(content: string | Uint8Array): Digest {
  return hash('sha256', content, 'hex') as Digest
}

/** True if a text has the form of a digest. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && /^[0-9a-f]{64}$/.test(text)
}

/**
 * JSON in one form only: keys in order of code unit, no white space, undefined members left out.
 * @throws TypeError for what JSON cannot hold (functions, symbols, numbers without end).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? `[${value.map(canonicalJson).join(',')}]` : canonicalMap(value)
  const inexact = typeof value === 'number' && !Number.isFinite(value)
  const text = inexact ? undefined : JSON.stringify(value)
  if (text === undefined)
    throw new TypeError(`${inexact ? value : typeof value} has no place in a canonical document`)
  return text
}

/** The members in order. A plain loop for speed: every key of every run is made here. */
function canonicalMap(map: object): string {
  let text = ''
  for (const key of Object.keys(map).sort()) {
    const value = (map as Record<string, unknown>)[key]
    if (value === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value)}`
  }
  return `{${text}}`
}
