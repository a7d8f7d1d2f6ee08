// What each module contributes to a bundle, as hashes: kept beside a key, to say which module changed.
import { transform } from 'esbuild'
import { sha256 } from '../../base/digest.ts'
import { MINIFY } from './bundle-shape.ts'
import type { Modules } from './reason.ts'

/** Splits the bundle at esbuild's `// path` lines, and hashes what each module contributes to it. */
export async function moduleHashes(text: string, names: ReadonlySet<string>): Promise<Modules> {
  const hashes: Record<string, string> = {}
  for (const [name, lines] of moduleParts(text, names)) {
    const body = lines.join('\n')
    const minified = await transform(body, MINIFY).catch(() => ({ code: body }))
    hashes[name] = sha256(minified.code).slice(0, 16)
  }
  return hashes
}

/**
 * The lines below those that name each module, which may be several: its imports of packages stand before what it
 * imports of the project, the rest after. A line that names no module is one of the program's own texts.
 */
function moduleParts(text: string, names: ReadonlySet<string>): Map<string, string[]> {
  const parts = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const name = line.startsWith('// ') ? line.slice(3) : ''
    if (!names.has(name)) {
      current.push(line)
      continue
    }
    current = parts.get(name) ?? []
    parts.set(name, current)
  }
  return parts
}
