// JSON files of stages: written by schema, with the same bytes every time.
import { writeFile } from 'node:fs/promises'
import type { Static, TSchema } from '@sinclair/typebox'
import { documentText } from './document.ts'

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
