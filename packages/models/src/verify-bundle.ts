// The check of a bundle's model that the registry is given, and that the server makes before it swaps.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleProblems } from '@weir/ml/bundle'

/** What is wrong with the model in a bundle's folder, one sentence each; empty when it gives its expected outputs. */
export async function verifyBundle(dir: string): Promise<string[]> {
  const read = (file: string) => readFile(join(dir, file), 'utf8')
  try {
    return bundleProblems({
      model: await read('model.json'),
      examples: await read('examples.json'),
    })
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
