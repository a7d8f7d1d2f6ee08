// How work ends when its signal is aborted: by an error that carries a code, as every expected one.
import { CodedError } from '@weir/base/coded-error'

/** @throws an error with the code INTERRUPTED if the signal is aborted. */
export function throwIfStopped(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw stopped()
}

/** The error of work that was broken off. */
export function stopped(): Error {
  return new CodedError('INTERRUPTED', 'interrupted before it was done')
}
