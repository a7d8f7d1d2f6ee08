// Tells when a folder may have changed: the system's notices, and a slow poll for where there are none.
import { type FSWatcher, statSync, watch } from 'node:fs'

/** Notices come in bursts; one call a burst, this many ms after its first. */
const SETTLE = 20

/**
 * Calls `changed` after a change in `folder`, which may be missing, appear later and be replaced,
 * and every `pollMs` in any case. Returns the function that stops it.
 */
export function watchFolder(folder: string, changed: () => void, pollMs: number): () => void {
  let watcher: FSWatcher | null = null
  let watched: string | null = null
  let burst: NodeJS.Timeout | null = null

  const notice = () => {
    burst ??= setTimeout(() => {
      burst = null
      changed()
    }, SETTLE)
  }
  const drop = () => {
    watcher?.close()
    watcher = null
    watched = null
  }
  // A notice is bound to the folder's inode: a folder that was replaced needs a new one.
  const arm = () => {
    const now = inodeOf(folder)
    if (now === watched) return
    drop()
    if (now === null) return
    try {
      watcher = watch(folder, { persistent: false }, notice)
      watcher.on('error', drop)
      watched = now
    } catch {
      drop()
    }
  }
  arm()
  const poll = setInterval(() => {
    arm()
    changed()
  }, pollMs)
  return () => {
    clearInterval(poll)
    if (burst !== null) clearTimeout(burst)
    drop()
  }
}

function inodeOf(folder: string): string | null {
  try {
    const { dev, ino } = statSync(folder)
    return `${dev}:${ino}`
  } catch {
    return null
  }
}
