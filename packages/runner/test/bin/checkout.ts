// A checkout of weir in a folder of its own, whose sources a test may change: the tool's rooms copied, the packages linked.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { linkPackages } from '../../../../test/link-packages.ts'

const REPO = resolve(import.meta.dirname, '../../../..')
const PARTS = ['build', 'packages', 'serve']
const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json']

/** A copy of this checkout, removed when the test has finished. */
export class Checkout {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'weir-checkout-')))
  readonly launcher = join(this.root, 'packages', 'runner', 'bin', 'weir.js')
  /** Where its programs are. */
  readonly place = join(this.root, 'node_modules', '.cache', 'weir')
  /** Not below the checkout, so that no packages are in a folder above. */
  readonly #outside = realpathSync(mkdtempSync(join(tmpdir(), 'weir-user-')))
  /** The cache of its user, where programs are if `place` cannot be written. */
  readonly userCache = join(this.#outside, 'cache')

  constructor() {
    for (const part of [...PARTS, ...SETTINGS].filter((name) => existsSync(join(REPO, name))))
      cpSync(join(REPO, part), join(this.root, part), { recursive: true })
    linkPackages(REPO, this.root, ['.cache'])
    onTestFinished(() => {
      for (const folder of [this.root, this.#outside])
        rmSync(folder, { recursive: true, force: true })
    })
  }

  /** Replaces a part of a source, which must have it. */
  edit(path: string, old: string, now: string): void {
    const text = readFileSync(join(this.root, path), 'utf8')
    if (!text.includes(old)) throw new Error(`${path} does not have ${JSON.stringify(old)}`)
    writeFileSync(join(this.root, path), text.replace(old, now))
  }

  /** Writes files into a folder. */
  write(folder: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(this.root, folder), { recursive: true })
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(this.root, folder, name), text)
  }

  /** The names of its programs. */
  programs(): string[] {
    return this.#names().filter((name) => /^[0-9a-f]{32}$/.test(name))
  }

  /** What is in its place besides programs and the note of the current one. */
  leftovers(): string[] {
    return this.#names().filter(
      (name) => !['current.json', 'stale.json'].includes(name) && !/^[0-9a-f]{32}$/.test(name),
    )
  }

  #names(): string[] {
    return existsSync(this.place) ? readdirSync(this.place).sort() : []
  }

  /** Lets days pass since the last mark of all that is in its place. */
  age(days: number): void {
    const then = new Date(Date.now() - days * 24 * 60 * 60 * 1000)
    for (const name of this.#names()) utimesSync(join(this.place, name), then, then)
  }
}
