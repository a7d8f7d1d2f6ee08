// JSON files of stages: written with the same bytes every time, read with an error that names the file; both by schema.
import { readFile, writeFile } from 'node:fs/promises'
import type { Static, TSchema } from '@sinclair/typebox'
import { StageError } from '@weir/base/stage-error'
import { documentText, parseDocument } from './document.ts'

/**
 * Writes a value as its schema has it (`documentText`).
 * @param name what messages call the file: `artifacts/drift.json`
 * @throws StageError ARTIFACT_INVALID
 */
export async function writeJson<Schema extends TSchema>(
  path: string,
  schema: Schema,
  value: Static<Schema>,
  name: string,
): Promise<void> {
  await writeFile(path, documentText(schema, value, name))
}

/**
 * The checked value of a JSON file.
 * @throws StageError FILE_UNREADABLE, JSON_INVALID, ARTIFACT_INVALID
 */
export async function readJson<Schema extends TSchema>(
  path: string,
  schema: Schema,
  name: string,
): Promise<Static<Schema>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StageError('FILE_UNREADABLE', `cannot read ${path}: ${String(error)}`, {
      where: path,
      hint: 'run the stage that writes it again, with --force',
    })
  })
  return parseDocument(schema, text, name)
}
