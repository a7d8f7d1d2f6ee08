// What a file's metadata says of its content: a stamp, and whether one is old enough to be relied on.

/** [inode, size, time of the last write in ms, time of the last change in ms]. */
export type Stamp = readonly [inode: number, size: number, modified: number, changed: number]

/**
 * A file that is written twice within one tick of its file system's clock has one stamp and two contents.
 * Kernels tick every 1 to 16 ms, whatever digits a time has.
 */
const TICK_MS = 20
/** FAT, HFS+ and old network file systems count whole seconds, FAT two of them. */
const COARSE_TICK_MS = 2_020

/** The part of `fs.Stats` that a stamp is made of. */
interface Metadata {
  readonly ino: number
  readonly size: number
  readonly mtimeMs: number
  readonly ctimeMs: number
}

/**
 * The stamp of a file. The time of the last write can be put back (`cp -p`, `touch -r`), that of the last change
 * cannot. As floating numbers of milliseconds they tell a quarter of a microsecond apart, which is far below a tick.
 */
export function stampOf({ ino, size, mtimeMs, ctimeMs }: Metadata): Stamp {
  return [ino, size, mtimeMs, ctimeMs]
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3]
}

/** True for the stamps before and after a rename of the file: only the time of the last change may move on. */
export function sameButRenamed(before: Stamp, after: Stamp): boolean {
  return (
    before[0] === after[0] &&
    before[1] === after[1] &&
    before[2] === after[2] &&
    before[3] <= after[3]
  )
}

/**
 * From this time on (ms since 1970) a write gives the file another stamp: a hash begun then may be remembered by it.
 * A time of change in the future (a clock that was set back) is not reached until the clock gets there.
 */
export function settlesAt([, , modified, changed]: Stamp): number {
  return Math.max(modified + tick(modified), changed + tick(changed))
}

/** The time of a file's last change of any kind. */
export function lastChange([, , modified, changed]: Stamp): number {
  return Math.max(modified, changed)
}

function tick(time: number): number {
  return time % 1000 === 0 ? COARSE_TICK_MS : TICK_MS
}
