// A bundle is what its manifest says, byte by byte: whichever file is changed, cut or lost is named.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sha256 } from '@weir/base'
import { BUNDLE_SCHEMA } from '@weir/formats/bundle'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBundle } from '../src/bundle.ts'

const FILES: Readonly<Record<string, string>> = {
  'examples.json': '[]',
  'model.json': '{"weights": [1, 2, 3]}',
  'parts/weights.bin': 'größe',
}

async function bundle(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-changed-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const files = Object.entries(FILES).map(([path, text]) => ({
    path,
    size: Buffer.byteLength(text),
    sha256: sha256(text),
  }))
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(dir, path)), { recursive: true })
    await writeFile(join(dir, path), text)
  }
  const manifest = { schema: BUNDLE_SCHEMA, name: 'churn', as_of: '2024-01-31', files }
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest))
  return dir
}

test('a whole bundle opens, with the digest of its manifest and only the texts asked for', async () => {
  const dir = await bundle()
  const digest = sha256(await readFile(join(dir, 'manifest.json')))
  const opened = await openBundle(dir, { expected: digest, keep: ['parts/weights.bin', 'other'] })
  expect(opened.digest).toBe(digest)
  expect([...opened.texts]).toEqual([['parts/weights.bin', 'größe']])
  expect(opened.files.map(({ path }) => path)).toEqual(Object.keys(FILES))
})

describe.each(Object.keys(FILES))('%s', (path) => {
  const keeps = [[], [path]]

  test('with any of its bytes changed', async () => {
    const dir = await bundle()
    const bytes = await readFile(join(dir, path))
    for (const at of bytes.keys()) {
      const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte))
      await writeFile(join(dir, path), changed)
      for (const keep of keeps) {
        await expect(openBundle(dir, { keep }), `byte ${at}`).rejects.toMatchObject({
          code: 'BUNDLE_DAMAGED',
          where: join(dir, path),
          message: `the content of ${path} is not what the manifest says`,
        })
      }
    }
  })

  test('longer or shorter by a byte', async () => {
    const dir = await bundle()
    const bytes = await readFile(join(dir, path))
    for (const other of [bytes.subarray(1), Buffer.concat([bytes, Buffer.from(' ')])]) {
      await writeFile(join(dir, path), other)
      await expect(openBundle(dir)).rejects.toMatchObject({
        code: 'BUNDLE_DAMAGED',
        message: `${path} has ${other.length} bytes, not ${bytes.length}`,
      })
    }
  })

  test('lost, or a folder', async () => {
    const dir = await bundle()
    await rm(join(dir, path))
    const lost = { code: 'BUNDLE_MISSING', where: join(dir, path) }
    await expect(openBundle(dir)).rejects.toMatchObject(lost)
    await mkdir(join(dir, path))
    await expect(openBundle(dir, { keep: [path] })).rejects.toMatchObject(lost)
  })
})

test('a manifest of other bytes is another bundle, though it says the same', async () => {
  const dir = await bundle()
  const path = join(dir, 'manifest.json')
  const expected = sha256(await readFile(path))
  await writeFile(path, `${await readFile(path, 'utf8')}\n`)
  await expect(openBundle(dir, { expected })).rejects.toMatchObject({
    code: 'BUNDLE_DAMAGED',
    where: path,
    hint: expect.stringContaining('restore'),
  })
  await expect(openBundle(dir)).resolves.toMatchObject({ name: 'churn' })
})

test.each(['', '{', '[]', '{"schema": "weir/bundle/9"}'])('%j is no manifest', async (text) => {
  const dir = await bundle()
  await writeFile(join(dir, 'manifest.json'), text)
  await expect(openBundle(dir)).rejects.toMatchObject({
    code: 'BUNDLE_MANIFEST',
    where: join(dir, 'manifest.json'),
  })
})
