// Asks a plugin what is behind a reference. Whatever the plugin does, the answer is a text that can be hashed, null, or
// an error with a code: a stage fails by it and not the run.
import { CodedError, isCodedError } from '@weir/base'
import { after } from '../execute/after.ts'
import type { Resolver } from '../plan/workspace.ts'
import { inPlugin } from './process-guard.ts'

/** How long one answer may take. */
const LIMIT_MS = 30_000

/** Who is asked what. */
export interface Asked {
  readonly plugin: string
  readonly reference: string
  readonly root: string
}

/**
 * The answer of a resolver, which is loaded for it.
 * @throws CodedError PLUGIN_FAILED, or the resolver's own error where it has a code
 */
export async function askResolver(
  load: () => Promise<Resolver>,
  asked: Asked,
  limitMs = LIMIT_MS,
): Promise<string | null> {
  const answer = async (): Promise<unknown> => (await load())(asked.reference, asked.root)
  try {
    return checked(await inPlugin(asked.plugin, () => inTime(answer(), asked, limitMs)), asked)
  } catch (error) {
    if (isCodedError(error)) throw error
    const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    throw failed(asked, `the plugin has thrown ${why}`)
  }
}

/**
 * Bounds the wait by a timer, which also keeps the process alive: with only a pending promise Node would exit
 * silently.
 */
function inTime<T>(work: Promise<T>, asked: Asked, limitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const tooLong = (): void =>
      reject(failed(asked, `there is no answer after ${limitMs / 1000} s`))
    const clear = after(limitMs, tooLong)
    work.then(resolve, reject).finally(clear)
  })
}

/** The canonical text of a value: equal values have equal hashes. */
function checked(answer: unknown, asked: Asked): string | null {
  if (answer === null) return null
  if (typeof answer !== 'string')
    throw failed(asked, `the answer is neither a text nor null, but ${typeof answer}`)
  if (!isPlainJson(answer)) throw failed(asked, 'the answer is no JSON as JSON.stringify writes it')
  return answer
}

function isPlainJson(text: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === text
  } catch {
    return false
  }
}

function failed({ plugin, reference }: Asked, why: string): CodedError {
  return new CodedError('PLUGIN_FAILED', `${plugin} does not resolve '${reference}': ${why}`, {
    hint: 'mend or update that package, or take the reference out of pipeline.yaml',
  })
}
