// A mutex between processes, containers and machines.
export { takenText } from './holder-text.ts'
export { type Mutex, takeMutex } from './mutex.ts'
export { type Found, type Holder, lookAtMutex, removeMutex, type Taken } from './mutex-folder.ts'
