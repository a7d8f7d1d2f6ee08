// Files: whole writes, reads, syncs, and errors of the file system as problems.
export { asideName, isLeftAside } from './aside.ts'
export { sha256File } from './file-digest.ts'
export { jsonIfWhole, readText, textIfThere } from './read-text.ts'
export { syncFolder } from './sync-folder.ts'
export { FULL_HINT, isFull, meansFull, systemProblem } from './system-problem.ts'
export { diskFiles, type Files, type Standing } from './text-files.ts'
export { replaceFile, writeState } from './write.ts'
