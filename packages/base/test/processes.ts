// Helper of the tests with several processes: our TypeScript, bundled once, run by node as often as wanted.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { onTestFinished } from 'vitest'

/** Bundles a program that may import by paths relative to the repository; returns its path. */
export async function program(folder: string, name: string, source: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const outfile = join(folder, `${name}.mjs`)
  await build({
    stdin: { contents: source, resolveDir: resolve('.'), loader: 'ts' },
    outfile,
    bundle: true,
    conditions: ['@weir/source'],
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  })
  return outfile
}

/** A child that speaks lines; it is killed when the test ends. */
export class Child {
  readonly process: ChildProcess
  readonly #lines: string[] = []
  readonly #ended: Promise<unknown>
  #wake: () => void = () => undefined

  constructor(path: string, args: readonly string[], before: readonly string[] = []) {
    const [command = '', ...words] = [...before, process.execPath, path, ...args]
    this.process = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#ended = once(this.process, 'close')
    let rest = ''
    this.process.stdout?.on('data', (data) => {
      const parts = `${rest}${data}`.split('\n')
      rest = parts.pop() ?? ''
      this.#lines.push(...parts)
      this.#wake()
    })
    onTestFinished(() => this.kill())
  }

  /** The next line that it says. */
  async line(): Promise<string> {
    while (this.#lines.length === 0)
      await new Promise<void>((wake) => {
        this.#wake = wake
      })
    return this.#lines.shift() ?? ''
  }

  /** What it has said and nobody has taken yet. */
  get waiting(): readonly string[] {
    return this.#lines
  }

  async kill(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null)
      this.process.kill('SIGKILL')
    await this.#ended
  }

  async end(): Promise<void> {
    await this.#ended
  }
}

/** What a command writes to stdout until its end, which must be a good one. */
export async function said([command = '', ...args]: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args)
  return stdout
}
