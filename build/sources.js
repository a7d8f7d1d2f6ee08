// The sources of a build, each read once.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { stampOf, statsOf } from './program.js'

/**
 * A source as it was read; `settled` if a later change is sure to change its stamp too.
 * @typedef {{ stamp: string, digest: string, settled: boolean, text: string }} Source
 * @typedef {ReturnType<typeof createSources>} Sources
 */

/** Some file systems tell times in steps of two seconds. */
const SETTLED_MS = 2_000

/**
 * Reads each source once and remembers what it saw.
 * @param {string} home
 */
export function createSources(home) {
  /** @type {Map<string, Source>} */
  const seen = new Map()
  /** @param {string} file */
  const read = (file) => {
    const known = seen.get(file)
    if (known) return known
    const path = join(home, file)
    // Stats first: a source that changes between the two has another stamp at the next start.
    const stats = statsOf(path)
    const text = stats ? readFileSync(path, 'utf8') : ''
    const settled = (stats?.ctimeMs ?? 0) < Date.now() - SETTLED_MS
    const digest = stats ? sha256(text) : 'absent'
    const source = { stamp: stampOf(stats), digest, settled, text }
    seen.set(file, source)
    return source
  }
  return {
    seen,
    read,
    /** By content, what was read, in a fixed order. */
    made: () =>
      JSON.stringify(
        Object.fromEntries([...seen].map(([file, { digest }]) => [file, digest]).sort()),
      ),
    /** True while no source that was read has changed. */
    stand: () =>
      [...seen].every(([file, { stamp }]) => stampOf(statsOf(join(home, file))) === stamp),
    digest: (/** @type {string} */ file) => read(file).digest,
  }
}

/** @param {string} text */
export function sha256(text) {
  return createHash('sha256').update(text).digest('hex')
}
