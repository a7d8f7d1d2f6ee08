// The mutex seen by made-up processes: who may break what, and what is never removed or written over.
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderWith } from '../../runner/test/project-folder.ts'
import { asideName } from '../src/files/aside.ts'
import { takenText } from '../src/mutex/holder-text.ts'
import { type MutexOptions, takeMutex } from '../src/mutex/mutex.ts'
import { type Holder, lookAtMutex, removeMutex, type Taken } from '../src/mutex/mutex-folder.ts'
import type { ProcessName, Sight } from '../src/process/process-name.ts'
import { SELF, sightOf } from './sights.ts'

const NONCE = '01234567-89ab-cdef-0123-456789abcdef'
const HOLDER: Holder = {
  ...SELF,
  pid: 20,
  start: '700',
  nonce: NONCE,
  since: '2024-03-01T12:30:05.123Z',
  what: 'weir run --until a',
}

/** A mutex as another process has left it. */
function lockOf(about: Partial<Holder> = {}): string {
  const holder = { ...HOLDER, ...about }
  return join(folderWith({ [`mutex/${holder.nonce}`]: JSON.stringify(holder) }), 'mutex')
}

const freeMutex = (): string => join(folderWith(), 'mutex')
const take = (path: string, more: Partial<MutexOptions> = {}) =>
  takeMutex(path, { what: 'test', sight: sightOf(), ...more })

/** Waits for a mutex until it is told of a holder; gives what it was told, and leaves. */
async function waitFor(path: string, sight: Sight = sightOf()): Promise<Taken[]> {
  const told: Taken[] = []
  const stop = new AbortController()
  const waiting = (taken: Taken): void => {
    told.push(taken)
    stop.abort()
  }
  await expect(take(path, { sight, waiting, signal: stop.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
  return told
}

/** What `weir unlock` does. */
function unlock(path: string, sight: Sight = sightOf()): void {
  const found = lookAtMutex(path, sight)
  if (found.kind !== 'free') removeMutex(path, found)
}

describe('taking', () => {
  it('makes the folder, says who, and leaves nothing when it is given back', async () => {
    const root = folderWith()
    const path = join(root, 'deep/mutex')
    const mutex = await take(path)
    expect(readdirSync(path)).toEqual([mutex.holder.nonce])
    expect(JSON.parse(readFileSync(join(path, mutex.holder.nonce), 'utf8'))).toEqual({
      ...SELF,
      nonce: expect.stringMatching(/^[0-9a-f-]{36}$/),
      since: expect.stringMatching(/^\d{4}-.*Z$/),
      what: 'test',
    })
    expect([mutex.afterCrash, mutex.isHeld()]).toEqual([false, true])
    expect(lookAtMutex(path, sightOf())).toMatchObject({ kind: 'held', life: 'alive' })
    mutex.release()
    expect(readdirSync(join(root, 'deep'))).toEqual([])
    expect(lookAtMutex(path)).toEqual({ kind: 'free', left: false, names: [] })
  })

  it.each<[string, Record<number, string | null>]>([
    ['is gone', {}],
    ['has another one in its place', { 20: '900' }],
  ])('breaks a mutex whose process %s', async (_, others) => {
    const path = lockOf()
    const mutex = await take(path, { sight: sightOf({}, others) })
    expect([mutex.afterCrash, mutex.isHeld()]).toEqual([true, true])
  })

  it.each<[string, Partial<Holder>]>([
    ['that runs', {}],
    ['of another host', { host: 'bob' }],
    ['of another boot', { boot: 'boot-2' }],
    ['of another pid namespace', { namespace: 'pid:[2]' }],
    ['that did not know its boot', { boot: null }],
    ['that did not know its namespace', { namespace: null }],
  ])('waits for a process %s, however long', async (_, about) => {
    const path = lockOf(about)
    const others: Record<number, string> = Object.keys(about).length === 0 ? { 20: '700' } : {}
    expect(await waitFor(path, sightOf({}, others))).toMatchObject([
      { kind: 'held', holder: { ...HOLDER, ...about } },
    ])
    expect(readdirSync(path)).toEqual([NONCE])
    expect(readdirSync(join(path, '..'))).toEqual(['mutex'])
  })

  it.each<[string, Record<string, string>]>([
    ['a file of another kind', { mutex: '' }],
    ['an empty record', { [`mutex/${NONCE}`]: '' }],
    ['rubbish', { [`mutex/${NONCE}`]: '{"pid": "x"}' }],
    [
      'a record of another mutex',
      { [`mutex/${NONCE}`]: JSON.stringify({ ...HOLDER, nonce: 'x' }) },
    ],
    ['two records', { [`mutex/${NONCE}`]: JSON.stringify(HOLDER), 'mutex/b': '' }],
    ['a folder', { [`mutex/${NONCE}/x`]: '' }],
  ])('waits where the mutex is %s: it is a person’s to judge', async (_, files) => {
    const path = join(folderWith(files), 'mutex')
    expect(await waitFor(path)).toMatchObject([{ kind: 'damaged' }])
    unlock(path)
    const mutex = await take(path)
    mutex.release()
    expect(existsSync(path)).toBe(false)
  })

  it('takes an empty folder, and knows that it was not released', async () => {
    const path = freeMutex()
    mkdirSync(path)
    expect((await take(path)).afterCrash).toBe(true)
  })

  it('overlooks what NFS keeps of an open file', async () => {
    const path = join(folderWith({ 'mutex/.nfs0001': '' }), 'mutex')
    expect(lookAtMutex(path)).toEqual({ kind: 'free', left: true, names: [] })
  })

  it('tells each holder that it waits for once', async () => {
    const path = lockOf()
    const told: string[] = []
    const waiting = (taken: Taken): void => {
      told.push(taken.kind === 'held' ? taken.holder.what : taken.kind)
    }
    let looks = 0
    const { self, startOf } = sightOf({}, { 20: '700' })
    const sight: Sight = {
      self,
      startOf: (pid) => {
        looks++
        return startOf(pid)
      },
    }
    const wait = take(path, { sight, waiting })
    expect(told).toEqual(['weir run --until a'])
    while (looks < 4) await new Promise((done) => setTimeout(done, 5))
    unlock(path)
    const next = { ...HOLDER, nonce: NONCE.replace('0', '9'), what: 'weir run b' }
    writeFileSync(join(path, next.nonce), JSON.stringify(next))
    while (told.length < 2) await new Promise((done) => setTimeout(done, 10))
    expect(told).toEqual(['weir run --until a', 'weir run b'])
    unlock(path)
    ;(await wait).release()
  })

  it('fails as the system says where it may not write', async () => {
    const path = join(folderWith({ file: '' }), 'file/mutex')
    await expect(take(path)).rejects.toMatchObject({ code: 'EEXIST' })
  })

  it('clears what contenders have left that were killed, and nothing else', async () => {
    const path = freeMutex()
    const of = (self: Partial<ProcessName>): string => asideName(path, sightOf(self))
    const [gone, alive, far, old] = [
      of({ pid: 20 }),
      of({ pid: 21, start: '1' }),
      of({ host: 'bob' }),
      of({ host: 'bob' }),
    ]
    for (const aside of [gone, alive, far, old, `${path}.backup`]) mkdirSync(aside)
    for (const aside of [old, `${path}.backup`]) utimesSync(aside, 1e9, 1e9)
    ;(await take(path, { sight: sightOf({}, { 21: '1' }) })).release()
    const there = readdirSync(join(path, '..')).map((name) => join(path, '..', name))
    expect(there.sort()).toEqual([alive, far, `${path}.backup`].sort())
  })
})

describe('removing', () => {
  it('by a holder whose mutex a person has removed leaves that of the next one', async () => {
    const path = freeMutex()
    const first = await take(path)
    unlock(path)
    expect(first.isHeld()).toBe(false)
    const second = await take(path)
    expect(second.afterCrash).toBe(true)
    first.release()
    expect(second.isHeld()).toBe(true)
    second.release()
    expect(existsSync(path)).toBe(false)
  })

  it('by what was seen long ago leaves what stands there now', async () => {
    const path = lockOf()
    const seen = lookAtMutex(path, sightOf())
    const mutex = await take(path)
    if (seen.kind !== 'free') removeMutex(path, seen)
    expect([seen.kind, mutex.isHeld()]).toEqual(['held', true])
  })
})

describe('replacing a file', () => {
  const content = Buffer.from('new')
  const yes = (): boolean => true
  async function held(): Promise<{
    path: string
    file: string
    mutex: Awaited<ReturnType<typeof take>>
  }> {
    const path = join(folderWith({ file: 'old' }), 'mutex')
    return { path, file: join(path, '../file'), mutex: await take(path) }
  }

  it('is done while the mutex is ours, and keeps who may read it', async () => {
    const { path, file, mutex } = await held()
    chmodSync(file, 0o640)
    expect(mutex.replaceFile(file, content, yes)).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect(statSync(file).mode & 0o777).toBe(0o640)
    expect(readdirSync(path)).toEqual([mutex.holder.nonce])
    expect(mutex.replaceFile(join(path, '../other'), content, yes)).toBe(true)
  })

  it('keeps a link, and replaces what it leads to', async () => {
    const { path, file, mutex } = await held()
    const link = join(path, '../link')
    symlinkSync('file', link)
    expect(mutex.replaceFile(link, content, yes)).toBe(true)
    expect(readlinkSync(link)).toBe('file')
    expect(readFileSync(file, 'utf8')).toBe('new')
  })

  it('keeps a link that leads to no file yet, and makes that', async () => {
    const { path, mutex } = await held()
    const link = join(path, '../link')
    symlinkSync('later', link)
    expect(mutex.replaceFile(link, content, yes)).toBe(true)
    expect(readlinkSync(link)).toBe('later')
    expect(readFileSync(join(path, '../later'), 'utf8')).toBe('new')
  })

  it('fails where the folder of the file is gone: that is no loss of the mutex', async () => {
    const { path, mutex } = await held()
    expect(() => mutex.replaceFile(join(path, '../none/file'), content, yes)).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
    expect(readdirSync(path)).toEqual([mutex.holder.nonce])
  })

  it.skipIf(process.getuid?.() !== 0)('leaves the file to its owner, also as root', async () => {
    const { file, mutex } = await held()
    chownSync(file, 12, 34)
    expect(mutex.replaceFile(file, content, yes)).toBe(true)
    expect(statSync(file)).toMatchObject({ uid: 12, gid: 34 })
  })

  it('is not done where that is not agreed to, and leaves nothing', async () => {
    const { path, file, mutex } = await held()
    expect(mutex.replaceFile(file, content, () => false)).toBe(false)
    const fail = (): boolean => {
      throw new Error('no')
    }
    expect(() => mutex.replaceFile(file, content, fail)).toThrow('no')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(path)).toEqual([mutex.holder.nonce])
  })

  it('is not done where the mutex was lost before', async () => {
    const { path, file, mutex } = await held()
    unlock(path)
    expect(mutex.replaceFile(file, content, yes)).toBe(false)
    const next = await take(path)
    expect(mutex.replaceFile(file, content, yes)).toBe(false)
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(path)).toEqual([next.holder.nonce])
  })

  it('is not done where the mutex is lost and taken in the last moment', async () => {
    const { path, file, mutex } = await held()
    let next: Promise<unknown> = Promise.resolve()
    const pause = (): boolean => {
      unlock(path)
      next = take(path).then((other) => other.replaceFile(file, Buffer.from('others'), yes))
      return true
    }
    expect(mutex.replaceFile(file, content, pause)).toBe(false)
    expect(await next).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('others')
  })

  it('and nobody can take the mutex as long as the content stands in its folder', async () => {
    const { path, file, mutex } = await held()
    const seen = lookAtMutex(path, sightOf())
    // The person has looked before the content was there, so it stays when the mutex is removed.
    const pause = (): boolean => {
      if (seen.kind !== 'free') removeMutex(path, seen)
      expect(lookAtMutex(path, sightOf())).toMatchObject({
        kind: 'free',
        names: [`${mutex.holder.nonce}.next`],
      })
      return true
    }
    expect(mutex.replaceFile(file, content, pause)).toBe(true)
    expect(readFileSync(file, 'utf8')).toBe('new')
    expect((await take(path)).afterCrash).toBe(true)
  })

  it('fails for one who takes the mutex after the content was removed with it', async () => {
    const { path, file, mutex } = await held()
    const seen = lookAtMutex(path, sightOf())
    const pause = (): boolean => {
      if (seen.kind !== 'free') removeMutex(path, seen)
      void take(path)
      return true
    }
    expect(mutex.replaceFile(file, content, pause)).toBe(false)
    expect(readFileSync(file, 'utf8')).toBe('old')
  })

  it('fails as the system says where it cannot write', async () => {
    const { file, mutex } = await held()
    expect(() => mutex.replaceFile(join(file, 'below'), content, yes)).toThrow(
      expect.objectContaining({ code: 'ENOTDIR' }),
    )
  })
})

describe('a holder in words', () => {
  const text = (about: Partial<ProcessName>, names = [NONCE]): string => {
    const holder = { ...HOLDER, ...about }
    return takenText({ kind: 'held', holder, life: 'unknown', names }, sightOf())
  }
  it('says what it does, who it is and since when', () => {
    const taken: Taken = { kind: 'held', holder: HOLDER, life: 'alive', names: [NONCE] }
    expect(takenText(taken)).toBe(
      '`weir run --until a`, process 20 on ada, since 2024-03-01 12:30:05 UTC',
    )
  })

  it.each<[Partial<ProcessName>, string]>([
    [{ host: 'bob' }, 'another machine'],
    [{ boot: 'boot-2' }, 'before a restart, or another machine of the same name'],
    [{ namespace: 'pid:[2]' }, 'another container'],
  ])('says why it cannot be seen: %j', (about, why) => {
    expect(text(about)).toMatch(new RegExp(`UTC \\(${why}\\)$`))
  })
})
