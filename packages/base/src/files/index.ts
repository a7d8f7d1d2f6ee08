// Files: written whole or not at all, read, synced, and what the system says when it refuses.
export { asideName, isLeftAside } from './aside.ts'
export { sha256File } from './file-digest.ts'
export { jsonIfWhole, readText, textIfThere } from './read-text.ts'
export { syncFolder } from './sync-folder.ts'
export { FULL_HINT, isFull, meansFull, systemProblem } from './system-problem.ts'
export { diskFiles, type Files, type Standing } from './text-files.ts'
export { replaceFile, writeState } from './write.ts'
