// JSON files of stages: written with the same bytes every time, read with an error that names the file.
import { readFile, writeFile } from 'node:fs/promises'
import { StageError } from '@weir/base/stage-error'

const REMAKE = 'run the stage that writes it again, with --force'

/** Writes the value indented by two, with a newline at the end; JSON has no NaN, so it becomes null. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`)
}

/**
 * The parsed value of a JSON file.
 * @throws StageError FILE_UNREADABLE, JSON_INVALID
 */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new StageError('FILE_UNREADABLE', `cannot read ${path}: ${String(error)}`, {
      where: path,
      hint: REMAKE,
    })
  })
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new StageError('JSON_INVALID', `${path} is no JSON: ${String(error)}`, {
      where: path,
      hint: REMAKE,
    })
  }
}
