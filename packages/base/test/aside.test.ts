// Files written aside: no two have one name, and only those of processes that are no more are left.
import { utimesSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../../runner/test/project-folder.ts'
import { asideName, isLeftAside } from '../src/files/aside.ts'
import { ownSight, type ProcessName, type Sight } from '../src/process/process-name.ts'
import { CONTAINER, NEEDS_CONTAINER } from './containers.ts'
import { program, said } from './processes.ts'

const LATER: Sight = { ...ownSight(), startOf: () => undefined }
const elsewhere = (about: Partial<ProcessName>): Sight => ({
  self: { ...ownSight().self, ...about },
  startOf: () => undefined,
})

/** An empty file with the name of one written aside now, made `days` ago. */
function aside(days = 0): string {
  const name = basename(asideName('params.yaml'))
  const path = join(folderWith({ [name]: '' }), name)
  const then = Date.now() / 1000 - days * 86_400
  utimesSync(path, then, then)
  return path
}

describe('a name aside', () => {
  it('stands beside the path, and is another one each time', () => {
    const names = [asideName('/a/b.json'), asideName('/a/b.json')]
    expect(names[0]).toMatch(/^\/a\/b\.json\.[0-9a-f]{12}-\d+-\d*-[0-9a-f]{8}-\d+\.tmp$/)
    expect(new Set(names).size).toBe(2)
  })

  it('differs between threads', async () => {
    const TELL = `
import { parentPort } from 'node:worker_threads'
import { asideName } from '@weir/base/files'
parentPort.postMessage(Array.from({ length: 3 }, () => asideName('x')))
`
    const path = await program('node_modules/.cache/weir-base-test', 'thread', TELL)
    const names = await Promise.all(
      [1, 2].map(
        () =>
          new Promise<string[]>((done, fail) => {
            new Worker(resolve(path)).once('message', done).once('error', fail)
          }),
      ),
    )
    expect(new Set(names.flat()).size).toBe(6)
  })

  it.skipIf(!CONTAINER)(`differs between containers${NEEDS_CONTAINER}`, async () => {
    const TELL = `
import { asideName } from '@weir/base/files'
console.log(asideName('x'))
`
    const path = await program('node_modules/.cache/weir-base-test', 'aside', TELL)
    const command = [...(CONTAINER ?? []), process.execPath, path]
    const names = (await Promise.all([said(command), said(command)])).map((name) => name.trim())
    expect(names.every((name) => /^x\.[0-9a-f]{12}-1-/.test(name))).toBe(true)
    expect(new Set(names).size).toBe(2)
    expect(new Set(names.map((name) => name.slice(2, 14))).size).toBe(2)
  })
})

describe('what is left', () => {
  it('is what a process wrote that is no more', () => {
    const path = aside()
    expect(isLeftAside(path)).toBe(false)
    expect(isLeftAside(path, LATER)).toBe(true)
  })

  it.each<[string, Partial<ProcessName>]>([
    ['another host', { host: 'elsewhere' }],
    ['another boot', { boot: 'another' }],
    ['another pid namespace', { namespace: 'pid:[1]' }],
  ])('is not what a process of %s writes, until it is a day old', (_, about) => {
    expect(isLeftAside(aside(), elsewhere(about))).toBe(false)
    expect(isLeftAside(aside(2), elsewhere(about))).toBe(true)
  })

  it.each([
    'x',
    'a.tmp',
    'x.12-34.tmp',
    `${'a'.repeat(64)}`,
    'x.0123456789ab-1-1-00000000-0.tmp.txt',
  ])('is not %s, which nobody wrote aside', (name) =>
    expect(isLeftAside(join(folderWith({ [name]: '' }), name), LATER)).toBe(false))
})
