// The threads that hash: results in order, errors with their codes, an abort that ends the wait at once,
// a thread that dies, and an event loop that stays free.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sha256 } from '@weir/base'
import { describe, expect, it, onTestFinished } from 'vitest'
import { contentDigest, PIECE } from '../../src/store/file-digest.ts'
import { createFilePool } from '../../src/store/file-pool.ts'
import type { HashTask } from '../../src/store/file-task.ts'
import { createFileWork } from '../../src/store/file-work.ts'
import { folderWith } from '../project-folder.ts'
import { fileThread } from './file-thread.ts'

const MB = 1 << 20
/** No machine hashes so much while a test waits, and it takes no room on the disk. */
const ENDLESS = 2 ** 40

const hash = (path: string): HashTask => ({ kind: 'hash', path })

/** A large file without content. */
function sparse(root: string, size = ENDLESS, name = 'sparse'): string {
  const path = join(root, name)
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

describe.runIf(availableParallelism() > 1)('a pool with a large file', () => {
  it.each([
    PIECE + 1,
    2 * PIECE,
    9 * PIECE + 3,
  ])('of %i bytes hashes, keeps and restores it whole', async (size) => {
    const root = folderWith()
    const bytes = Buffer.alloc(size, 'weir')
    writeFileSync(join(root, 'a'), bytes)
    const pool = createFilePool(fileThread())
    const from = { folder: join(root, 'cache'), link: 'copy' } as const
    const digest = contentDigest(bytes)
    const path = join(root, 'b')
    const [hashed, kept] = await pool
      .run([[hash(join(root, 'a'))]])
      .then(async ([first]) => [
        first,
        ...(await pool.run([[{ ...hash(join(root, 'a')), into: from }]])),
      ])
    expect([hashed?.sha256, kept?.sha256]).toEqual([digest, digest])
    const restored = pool.run([[{ kind: 'restore', path, digest, exec: false, from }]])
    expect(await restored).toEqual(['restored'])
    expect(readFileSync(path).equals(bytes)).toBe(true)
  })

  it('gives a thread that helps to a batch that comes meanwhile', async () => {
    const root = folderWith({ a: 'x' })
    const pool = createFilePool(fileThread())
    const stop = new AbortController()
    const endless = pool.run([[hash(sparse(root))]], stop.signal)
    for (let again = 0; again < 3; again++) {
      // Long enough for helpers to come, and whether they do changes nothing that is asked here.
      await pool.run([[hash(sparse(root, 8 * PIECE, 'wide'))]])
      const [result] = await pool.run([[hash(join(root, 'a'))]])
      expect(result?.sha256).toBe(sha256('x'))
    }
    stop.abort()
    await expect(endless).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('frees the owner of a helper that dies, and sends that one no more', async () => {
    const root = folderWith({ deaths: '' })
    const numbers = 'new Int32Array(new SharedArrayBuffer(12))'
    const pool = createFilePool(
      script(`
        import { appendFileSync } from 'node:fs'
        import { parentPort } from 'node:worker_threads'
        parentPort.on('message', ({ tasks, share, helper }) => {
          if (tasks) {
            const share = { count: 9, control: ${numbers}, came: ${numbers} }
            parentPort.postMessage({ share })
            for (const helper of [1, 2]) {
              Atomics.wait(share.came, helper, 0)
              while (Atomics.load(share.control, helper) === 1) Atomics.wait(share.control, helper, 1)
            }
            parentPort.postMessage({ results: ['done'] })
            return
          }
          Atomics.store(share.control, helper, 1)
          Atomics.store(share.came, helper, 1)
          Atomics.notify(share.came, helper)
          appendFileSync(${JSON.stringify(join(root, 'deaths'))}, helper + ' ')
          process.exit(7)
        })`),
    )
    expect(await pool.run([[hash(join(root, 'a'))]])).toEqual(['done'])
    expect(await pool.run([[hash(join(root, 'a'))]])).toEqual(['done'])
    expect(readFileSync(join(root, 'deaths'), 'utf8').trim().split(' ').sort()).toEqual([
      '1',
      '1',
      '2',
      '2',
    ])
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
