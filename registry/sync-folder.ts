// Durability of what a folder lists: a new file or a rename is on the disk only when its folder is.
import { open } from 'node:fs/promises'

/** Makes a rename or a new file in a folder durable; where folders cannot be synced, that is the system's affair. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  if (folder === null) return
  await folder.sync().catch(() => {})
  await folder.close()
}
