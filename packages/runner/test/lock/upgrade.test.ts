// A project of the version before, whose lock and run records held values of env variables in clear: nothing reruns
// because of the new form, and the first run takes every value out.
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { envDigest, keyOf } from '../../src/store/key-document.ts'
import { openLock } from '../../src/store/lock-file.ts'
import { openMemo } from '../../src/store/memo.ts'
import { runPath } from '../../src/store/run-cache.ts'
import { upgradeRuns } from '../../src/store/upgrade-runs.ts'
import { DOCUMENT } from '../key/documents.ts'
import { folderWith } from '../project-folder.ts'
import { Pipeline } from '../run/rig.ts'
import { begun, entriesOf, entry, namesOf, opened, textOf } from './locks.ts'
import { oldEntry, oldLock, putBackLayout, putBackSchema } from './old-schema.ts'

const VALUES = { LANG: 'hunter2-in-clear', HOME: null }

/** Files of a project that hold a text, but for pipeline.yaml and the memo that is a copy of it. */
function holding(root: string, text: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => !/pipeline\.(yaml|json)$/.test(path) && statSync(join(root, path)).isFile())
    .filter((path) => readFileSync(join(root, path)).includes(text))
    .sort()
}

describe('a lock of the schema before', () => {
  const old = (): string => {
    const root = folderWith()
    writeFileSync(join(root, 'pipeline.lock'), oldLock({ a: entry('a'), b: entry('b') }, VALUES))
    return root
  }

  it('is read: values become digests, and the key is that of the new document', () => {
    const env = {
      LANG: envDigest('LANG', VALUES.LANG),
      HOME: envDigest('HOME', null),
    }
    const document = { ...DOCUMENT, env }
    const now = (content: string) => entry(content, { key: keyOf(document), document })
    expect(entriesOf(opened(old()))).toEqual({ a: now('a'), b: now('b') })
  })

  it('is left as it is by a reader; a run takes every value out, also of stages that it does not know', () => {
    const root = old()
    entriesOf(opened(root))
    expect(holding(root, VALUES.LANG)).toEqual(['pipeline.lock'])
    const lock = begun(root)
    lock.end()
    expect(holding(root, VALUES.LANG)).toEqual([])
    expect(textOf(root)).toContain('schema: weir/lock/2')
    expect(namesOf(opened(root))).toEqual(['a', 'b'])
  })

  it('loses an entry whose key is not that of its document', () => {
    const root = old()
    const [{ key }] = [oldEntry(entry('a'), VALUES)]
    writeFileSync(join(root, 'pipeline.lock'), textOf(root).replace(key, key.replace(/./, 'f')))
    expect(namesOf(opened(root))).toEqual(['b'])
  })

  it('is damaged where a block is not what weir wrote', () => {
    const root = old()
    writeFileSync(join(root, 'pipeline.lock'), textOf(root).replace('"params"', '"x"'))
    expect(openLock(layoutOf(root))).toMatchObject({ ok: false, problem: { code: 'LOCK_DAMAGED' } })
  })

  it('loses the entry of a stage that a kill of that version has stopped', () => {
    const root = folderWith({ '.weir/running/a': '', 'pipeline.lock': textOf(old()) })
    expect(namesOf(opened(root))).toEqual(['b'])
    begun(root).end()
    expect(namesOf(opened(root))).toEqual(['b'])
    expect(existsSync(join(root, '.weir/running'))).toBe(false)
  })
})

describe('a project of the version before', () => {
  const stages = (n: number) => ({
    a: { cmd: `echo ${n} $TOKEN > a`, env: { TOKEN: 'hunter2-in-clear' }, outs: ['a'] },
    b: { cmd: 'cat a > b', deps: ['a'], outs: ['b'] },
  })

  async function withOldState(): Promise<Pipeline> {
    const it = new Pipeline(stages(1))
    await it.run()
    it.define(stages(2))
    await it.run()
    putBackSchema(it.root, { TOKEN: 'hunter2-in-clear' })
    expect(holding(it.root, '"hunter2').length).toBeGreaterThan(2)
    return it
  }

  it('has nothing to do, and goes back to earlier runs without running', async () => {
    const it = await withOldState()
    expect(await it.states()).toEqual(['a fresh', 'b fresh'])
    expect((await it.run()).outcomes).toEqual(['a cached', 'b cached'])
    it.define(stages(1))
    expect((await it.run()).outcomes).toEqual(['a restored', 'b restored'])
  })

  it('has no value in lock or run records after its first run', async () => {
    const it = await withOldState()
    await it.run({ only: ['b'] })
    expect(holding(it.root, '"hunter2')).toEqual([])
    expect(it.read('pipeline.lock')).toContain('weir/key/2')
  })

  it('keeps the runs of this schema that are folders of three files, whatever is left of the log', async () => {
    const it = new Pipeline({ a: { cmd: 'echo $n > a', env: { n: '1' }, outs: ['a'] } })
    await it.run()
    const runs = join(it.root, '.weir/runs')
    const entry = opened(it.root).get(soleInstance('a'))!
    putBackLayout(runs, entry.key, entry)
    rmSync(join(runs, 'schema'))
    it.remove('pipeline.lock', 'a')
    expect((await it.run()).outcomes).toEqual(['a restored'])
    putBackLayout(runs, entry.key, entry)
    rmSync(join(runPath(runs, entry.key), 'log.txt'))
    rmSync(join(runs, 'schema'))
    it.remove('pipeline.lock', 'a')
    expect((await it.run()).outcomes).toEqual(['a ran'])
    expect(existsSync(runPath(runs, entry.key))).toBe(false)
  })

  it('loses a run record that cannot be converted, and keeps the others', async () => {
    const it = await withOldState()
    const [one = ''] = holding(it.root, '"hunter2').filter((path) => path.endsWith('entry.json'))
    writeFileSync(join(it.root, one), `${it.read(one)} `)
    await it.run()
    expect(holding(it.root, '"hunter2')).toEqual([])
    expect(
      holding(it.root, 'weir/key/2').filter((path) => path.startsWith('.weir/runs/')).length,
    ).toBe(3)
  })

  it('is not called converted while a part of its run cache cannot be read', async () => {
    const it = await withOldState()
    symlinkSync('zz', join(it.root, '.weir/runs/zz'))
    const convert = () => upgradeRuns(join(it.root, '.weir/runs'), openMemo(layoutOf(it.root).memo))
    expect(convert).toThrow(expect.objectContaining({ code: 'ELOOP' }))
    rmSync(join(it.root, '.weir/runs/zz'))
    convert()
    expect(holding(join(it.root, '.weir/runs'), '"hunter2')).toEqual([])
  })
})
