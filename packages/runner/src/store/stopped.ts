// How work ends when its signal is aborted: by an error that carries a code, as every expected one.
import { CodedError } from '@weir/base'

/** @throws an error with the code INTERRUPTED if the signal is aborted. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw stopped()
}

/** The error of work that was broken off. */
export function stopped(): Error {
  return new CodedError('INTERRUPTED', 'interrupted before it was done')
}

/** A promise that rejects once the signal is aborted, for a race with work that cannot be told to end. */
export function whenStopped(signal: AbortSignal | undefined): {
  readonly promise: Promise<never>
  forget(): void
} {
  let onAbort = (): void => undefined
  const promise = new Promise<never>((_, reject) => {
    onAbort = () => reject(stopped())
  })
  signal?.addEventListener('abort', onAbort, { once: true })
  return { promise, forget: () => signal?.removeEventListener('abort', onAbort) }
}
