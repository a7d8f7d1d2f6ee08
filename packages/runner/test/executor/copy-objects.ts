// Copies a content from one store's folder to another's, without what is there already.
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { TreeFile } from '../../src/store/content.ts'
import { isObject, objectPath } from '../../src/store/object-file.ts'
import type { Stored } from '../../src/store/objects.ts'

export async function copyObjects(
  from: string,
  to: string,
  { kind, sha256 }: Stored,
): Promise<void> {
  const tree = kind === 'dir' ? readFileSync(objectPath(from, sha256), 'utf8') : '[]'
  const files = JSON.parse(tree) as readonly TreeFile[]
  // The list of a folder comes after its files: it stands for all of them.
  for (const digest of [...files.map((file) => file.sha256), sha256]) {
    if (isObject(to, digest)) continue
    mkdirSync(dirname(objectPath(to, digest)), { recursive: true })
    copyFileSync(objectPath(from, digest), objectPath(to, digest))
  }
}
