// The threads that hash: results in order, errors with their codes, an abort that ends the wait at once,
// a thread that dies, and an event loop that stays free.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sha256 } from '../../../base/digest.ts'
import { createFilePool } from '../../../runner/store/file-pool.ts'
import type { HashTask } from '../../../runner/store/file-task.ts'
import { createFileWork } from '../../../runner/store/file-work.ts'
import { folderWith } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'

const MB = 1 << 20
/** No machine hashes so much while a test waits, and it takes no room on the disk. */
const ENDLESS = 2 ** 40

const hash = (path: string): HashTask => ({ kind: 'hash', path })

/** A large file without content. */
function sparse(root: string, size = ENDLESS): string {
  const path = join(root, 'sparse')
  writeFileSync(path, '')
  truncateSync(path, size)
  return path
}

/** A script of a thread, which is wrong in some way. */
function script(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-thread-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'thread.mjs'), text)
  return join(folder, 'thread.mjs')
}

describe('a pool', () => {
  it('gives results in the order of the tasks, whichever thread was faster', async () => {
    const root = folderWith()
    const paths = Array.from({ length: 40 }, (_, index) => {
      const path = join(root, String(index))
      writeFileSync(path, Buffer.alloc(index % 7 === 0 ? 3 * MB : index, index))
      return path
    })
    const results = await createFilePool(fileThread()).run(paths.map((path) => [hash(path)]))
    expect(results.map((result) => result.sha256)).toEqual(
      paths.map((_, index) => sha256(Buffer.alloc(index % 7 === 0 ? 3 * MB : index, index))),
    )
  })

  it('gives an error with its code and path, and works on', async () => {
    const root = folderWith({ a: 'x' })
    const pool = createFilePool(fileThread())
    await expect(
      pool.run([[hash(join(root, 'a')), hash(join(root, 'gone'))]]),
    ).rejects.toMatchObject({
      code: 'ENOENT',
      errno: expect.any(Number),
      path: join(root, 'gone'),
    })
    execFileSync('mkfifo', [join(root, 'pipe')])
    await expect(pool.run([[hash(join(root, 'pipe'))]])).rejects.toMatchObject({
      code: 'NOT_A_FILE',
      hint: expect.any(String),
    })
    const [result] = await pool.run([[hash(join(root, 'a'))]])
    expect(result?.sha256).toBe(sha256('x'))
  })

  it('ends the wait when the signal is aborted, stops the work, and is free again', async () => {
    const root = folderWith({ a: 'x' })
    const path = sparse(root)
    const pool = createFilePool(fileThread())
    // More than there are threads: some are under way, others wait.
    const batches = Array.from({ length: 20 }, () => [hash(path)])
    const stop = new AbortController()
    const work = pool.run(batches, stop.signal)
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' })
    const [result] = await pool.run([[hash(join(root, 'a'))]])
    expect(result?.sha256).toBe(sha256('x'))
    await expect(pool.run(batches, stop.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('leaves the event loop free while it works', async () => {
    const path = sparse(folderWith())
    const stop = new AbortController()
    const work = createFilePool(fileThread()).run([[hash(path)]], stop.signal)
    let turns = 0
    await new Promise<void>((done) => {
      const turn = (): void => {
        turns++
        if (turns < 100) setTimeout(turn, 1)
        else done()
      }
      turn()
    })
    stop.abort()
    await expect(work).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it.each([
    ['exits', 'process.exit(3)', 'exited with 3'],
    ['throws', "throw new Error('no such luck')", 'no such luck'],
    [
      'dies at work',
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(4))",
      'exited with 4',
    ],
    ['cannot be loaded', 'import "./nowhere.mjs"', 'nowhere.mjs'],
  ])('a thread that %s is a coded error and no hang', async (_, text, says) => {
    const root = folderWith({ a: 'x' })
    const pool = createFilePool(script(text))
    for (let again = 0; again < 2; again++)
      await expect(pool.run([[hash(join(root, 'a'))]])).rejects.toMatchObject({
        code: 'THREAD_DIED',
        message: expect.stringContaining(says),
      })
  })
})

describe('work on files', () => {
  it('starts no thread for a few small files, and one for a large file or for many', async () => {
    const root = folderWith({ a: 'x', b: 'y' })
    const work = createFileWork(script('process.exit(5)'))
    const sized = (name: string) => {
      const path = join(root, name)
      return { task: hash(path), size: statSync(path).size }
    }
    const results = await work.run(['a', 'b'].map(sized))
    expect(results.map((result) => result.sha256)).toEqual([sha256('x'), sha256('y')])
    writeFileSync(join(root, 'large'), Buffer.alloc(5 * MB))
    await expect(work.run([sized('large')])).rejects.toMatchObject({ code: 'THREAD_DIED' })
    const many = Array.from({ length: 1_000 }, () => sized('a'))
    await expect(work.run(many)).rejects.toMatchObject({ code: 'THREAD_DIED' })
  })
})
