// The mutex of a registry folder: one writer at a time. A writer that waits too long is told who holds it.
import { join } from 'node:path'
import { isSystemError } from '@weir/base'
import { type Mutex, type Taken, takeMutex, takenText } from '@weir/base/mutex'
import { RegistryError } from './error.ts'

/** The path of a registry folder's mutex. */
export function registryMutex(store: string): string {
  return join(store, 'journal.lock')
}

/** What the holder does, in words, and how many ms it waits for another one. */
export interface MutexWait {
  readonly what: string
  readonly patience: number
}

/** Runs `work` while holding the mutex of a registry folder. Throws STORE_LOCKED, STORE_UNWRITABLE. */
export async function withMutex<T>(
  store: string,
  options: MutexWait,
  work: (mutex: Mutex) => Promise<T>,
): Promise<T> {
  const mutex = await acquire(registryMutex(store), options)
  try {
    return await work(mutex)
  } finally {
    mutex.release()
  }
}

async function acquire(path: string, { what, patience }: MutexWait): Promise<Mutex> {
  const signal = AbortSignal.timeout(patience)
  let last: Taken | undefined
  const waiting = (taken: Taken): void => {
    last = taken
  }
  try {
    return await takeMutex(path, { what, signal, waiting })
  } catch (error) {
    if (signal.aborted) throw heldTooLong(path, last)
    if (!isSystemError(error)) throw error
    throw new RegistryError('STORE_UNWRITABLE', `cannot take the mutex: ${error.code}`, {
      where: path,
      hint: 'check the rights of the folder and the space on the disk',
    })
  }
}

function heldTooLong(path: string, taken: Taken | undefined): RegistryError {
  const who = taken ? takenText(taken) : 'one process after another'
  return new RegistryError('STORE_LOCKED', `the mutex of the registry is held by ${who}`, {
    where: path,
    hint: 'wait for it to finish; if it is gone for good: weir unlock',
  })
}
