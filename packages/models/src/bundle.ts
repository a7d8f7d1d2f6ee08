// Opens the folder of a bundle: its manifest, and the size and SHA-256 of every file, each of which is read once.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, type Digest, sha256 } from '@weir/base'
import { sha256File } from '@weir/base/files'
import { type BundleFile, BundleManifest, MANIFEST_FILE } from '@weir/formats/bundle'
import { readDocument } from '@weir/formats/document'

/** A bundle whose files were all checked. */
export interface Bundle extends Pick<BundleManifest, 'name' | 'as_of' | 'files'> {
  readonly dir: string
  /** The SHA-256 of manifest.json. */
  readonly digest: Digest
}

/** A bundle, and the texts of the files that were asked for, as they were checked. */
export interface OpenBundle extends Bundle {
  readonly texts: ReadonlyMap<string, string>
}

export type BundleErrorCode = 'BUNDLE_MISSING' | 'BUNDLE_DAMAGED' | 'BUNDLE_MANIFEST'

/** Why a folder is no sound bundle; `where` is the file. */
export class BundleError extends CodedError<BundleErrorCode> {
  override readonly name = 'BundleError'

  constructor(code: BundleErrorCode, message: string, where: string, hint?: string) {
    super(code, message, { where, hint })
  }
}

/**
 * Opens a bundle. Files whose texts are not asked for are hashed as they are read, whatever their size.
 * @param keep paths of the files whose texts are wanted; those that the bundle does not have are left out
 * @throws BundleError BUNDLE_MISSING, BUNDLE_MANIFEST, or BUNDLE_DAMAGED (also where it is not the `expected` one)
 */
export async function openBundle(
  dir: string,
  { expected, keep = [] }: { expected?: Digest | undefined; keep?: readonly string[] } = {},
): Promise<OpenBundle> {
  const path = join(dir, MANIFEST_FILE)
  const bytes = await readFile(path).catch(() => {
    throw new BundleError('BUNDLE_MISSING', `no bundle: ${path} cannot be read`, path)
  })
  const digest = sha256(bytes)
  if (expected !== undefined && digest !== expected) {
    throw damaged(path, `digest ${digest.slice(0, 12)}… where ${expected.slice(0, 12)}… is due`)
  }
  const { name, as_of, files } = manifestOf(bytes.toString('utf8'), path)
  const texts = new Map<string, string>()
  for (const file of files) {
    if (keep.includes(file.path)) texts.set(file.path, await checkedText(dir, file))
    else await checkFile(dir, file)
  }
  return { dir, digest, name, as_of, files, texts }
}

function manifestOf(text: string, where: string): BundleManifest {
  const read = readDocument(BundleManifest, text)
  if ('value' in read) return read.value
  throw new BundleError('BUNDLE_MANIFEST', `${MANIFEST_FILE}: ${read.problem}`, where)
}

async function checkedText(dir: string, file: BundleFile): Promise<string> {
  const path = await checkSize(dir, file)
  const bytes = await readFile(path)
  checkDigest(path, file, sha256(bytes))
  return bytes.toString('utf8')
}

async function checkFile(dir: string, file: BundleFile): Promise<void> {
  const path = await checkSize(dir, file)
  checkDigest(path, file, await sha256File(path))
}

async function checkSize(dir: string, file: BundleFile): Promise<string> {
  const path = join(dir, file.path)
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) {
    throw new BundleError('BUNDLE_MISSING', `the bundle lacks ${file.path}`, path)
  }
  if (found.size !== file.size) {
    throw damaged(path, `${file.path} has ${found.size} bytes, not ${file.size}`)
  }
  return path
}

function checkDigest(path: string, file: BundleFile, found: Digest): void {
  if (found === file.sha256) return
  throw damaged(path, `the content of ${file.path} is not what the manifest says`)
}

function damaged(where: string, message: string): BundleError {
  const hint = 'register the candidate again, or restore the bundle from a copy'
  return new BundleError('BUNDLE_DAMAGED', message, where, hint)
}
