// Helper of the runner's tests: a project in a folder of its own, removed when the test is over.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A new folder with these files; it goes when the test is over. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'weir-runner-')))
  onTestFinished(() => {
    makeWritable(folder)
    rmSync(folder, { recursive: true, force: true })
  })
  write(folder, files)
  return folder
}

/** Writes files below a folder. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** By bytes, since a test may have made names that are not UTF-8. */
function makeWritable(folder: string | Buffer): void {
  chmodSync(folder, 0o755)
  for (const name of readdirSync(folder, 'buffer')) {
    const path = Buffer.concat([Buffer.from(folder), Buffer.from('/'), name])
    if (lstatSync(path).isDirectory()) makeWritable(path)
  }
}
