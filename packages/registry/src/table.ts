// Feature tables in the registry's folder: named by content, each checked against its manifest.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, sha256 } from '@weir/base'
import { sha256File } from '@weir/base/files'
import { OnlineManifest } from '@weir/formats/artifacts'
import { readDocument } from '@weir/formats/document'
import { RegistryError } from './error.ts'
import type { Held, Kind } from './stored.ts'

export const TABLE_FILE = 'features.parquet'
export const TABLE_MANIFEST = 'manifest.json'

/** A feature table whose file was checked; `digest` is the SHA-256 of its manifest.json. */
export interface FeatureTable extends Held {
  readonly manifest: OnlineManifest
}

/** Feature tables as a kind of stored folder. */
export const TABLES: Kind<FeatureTable> = { what: 'table', place: tablePath, open: openTable }

/** Where a registry folder keeps the feature table with a digest. */
export function tablePath(store: string, digest: Digest): string {
  return join(store, 'tables', digest)
}

/** The digest of the table in a folder, its file unchecked; null where there is no manifest. */
export async function tableDigest(dir: string): Promise<Digest | null> {
  try {
    return sha256(await readFile(join(dir, TABLE_MANIFEST)))
  } catch {
    return null
  }
}

/**
 * Opens a feature table: reads its manifest and checks the table's SHA-256.
 * Throws TABLE_MISSING, TABLE_MANIFEST or TABLE_DAMAGED (also where it is not the `expected` one).
 */
export async function openTable(dir: string, expected?: Digest): Promise<FeatureTable> {
  const where = join(dir, TABLE_MANIFEST)
  const bytes = await readFile(where).catch(() => {
    throw new RegistryError('TABLE_MISSING', `no feature table: ${where} cannot be read`, { where })
  })
  const digest = sha256(bytes)
  if (expected !== undefined && digest !== expected) {
    throw damaged(where, `digest ${digest.slice(0, 12)}… where ${expected.slice(0, 12)}… is due`)
  }
  const manifest = manifestOf(bytes.toString('utf8'), where)
  await checkFile(join(dir, TABLE_FILE), manifest.sha256)
  return { dir, digest, manifest, files: [{ path: TABLE_FILE }] }
}

function manifestOf(text: string, where: string): OnlineManifest {
  const read = readDocument(OnlineManifest, text)
  const refused = (problem: string) => new RegistryError('TABLE_MANIFEST', problem, { where })
  if ('problem' in read) throw refused(`${TABLE_MANIFEST}: ${read.problem}`)
  const { features, views } = read.value
  const viewless = features.find(({ view }) => !Object.hasOwn(views, view))
  if (viewless) throw refused(`${viewless.name} is of the unknown view ${viewless.view}`)
  return read.value
}

async function checkFile(where: string, expected: Digest): Promise<void> {
  const found = await sha256File(where).catch(() => {
    throw new RegistryError('TABLE_MISSING', `the feature table lacks ${TABLE_FILE}`, { where })
  })
  if (found !== expected)
    throw damaged(where, `${TABLE_FILE} is not the table that its manifest describes`)
}

function damaged(where: string, message: string): RegistryError {
  return new RegistryError('TABLE_DAMAGED', message, {
    where,
    hint: 'run the pipeline for its period, or publish another: weir registry publish AS_OF',
  })
}
