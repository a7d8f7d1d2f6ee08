// What each module contributes to a bundle, as hashes: kept beside a key, to say which module changed.
import { transform } from 'esbuild'
import { sha256 } from '../store/digest.ts'
import { MINIFY } from './bundle-shape.ts'
import type { Modules } from './reason.ts'

/** Splits the bundle at esbuild's `// path` lines, and hashes what each module contributes to it. */
export async function moduleHashes(text: string, names: ReadonlySet<string>): Promise<Modules> {
  const hashes: Record<string, string> = {}
  for (const [name, body] of moduleParts(text, names)) {
    const minified = await transform(body, MINIFY).catch(() => ({ code: body }))
    hashes[name] = sha256(minified.code).slice(0, 16)
  }
  return hashes
}

/** The text below the first line that names each module; a later such line is one of the program's own texts. */
function moduleParts(text: string, names: ReadonlySet<string>): [string, string][] {
  const parts: [string, string[]][] = []
  const left = new Set(names)
  for (const line of text.split('\n')) {
    const name = line.startsWith('// ') ? line.slice(3) : ''
    if (left.delete(name)) parts.push([name, []])
    else parts.at(-1)?.[1].push(line)
  }
  return parts.map(([name, lines]) => [name, lines.join('\n')])
}
