// The ports that come with the runner: what they read and write, and how they refuse what does not fit.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import { afterAll, expect, it } from 'vitest'
import { file, folder, json, ref, text } from '../../src/door/cells.ts'

const root = mkdtempSync(join(tmpdir(), 'weir-ports-'))
afterAll(() => rmSync(root, { recursive: true }))

const place = (name: string) => ({ name, path: join(root, name) })
const put = (name: string, content: string | Uint8Array) => {
  mkdirSync(join(root, name, '..'), { recursive: true })
  writeFileSync(join(root, name), content)
  return place(name)
}
const contentOf = (name: string) => readFileSync(join(root, name), 'utf8')

const Drift = Type.Object({ share: Type.Number() })

it('a port knows its kind and its path as it is written', () => {
  const ports = [file('${a}.bin'), folder('f'), text('t.txt'), json('j.json'), ref('r://x')]
  expect(ports.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'file ${a}.bin',
    'folder f',
    'text t.txt',
    'json j.json',
    'ref r://x',
  ])
})

it('a file is bytes, a text is text', async () => {
  const bytes = Buffer.from([0, 255, 10])
  await file('').output(place('raw.bin')).write(bytes)
  expect(await file('').input(place('raw.bin')).read()).toEqual(bytes)
  await text('').output(place('a.txt')).write('zwölf\n')
  expect(await text('').input(place('a.txt')).read()).toBe('zwölf\n')
  expect(text('').input(place('a.txt')).path).toBe(join(root, 'a.txt'))
})

it('a folder lists its files at any depth in one order, and reads and writes them', async () => {
  const out = folder('').output(place('all'))
  for (const name of ['b.txt', 'a/z.txt', 'a/B.txt', 'ä.txt', 'a.txt']) await out.write(name, name)
  const made = folder('').input(place('all'))
  expect(await made.list()).toEqual(['a.txt', 'a/B.txt', 'a/z.txt', 'b.txt', 'ä.txt'])
  expect(String(await made.read('a/z.txt'))).toBe('a/z.txt')
})

it.each([
  '../escaped.txt',
  'a/../../escaped.txt',
  '..',
  join(root, 'escaped.txt'),
])('a folder neither reads nor writes what lies outside it: %s', async (name) => {
  put('escaped.txt', 'as it was')
  const refused = {
    code: 'PATH_OUTSIDE',
    message: `'${name}' lies outside the folder kept`,
    where: 'kept',
    hint: expect.stringContaining('relative to it'),
  }
  const [input, output] = [folder('').input(place('kept')), folder('').output(place('kept'))]
  await expect(output.write(name, 'x')).rejects.toMatchObject(refused)
  await expect(input.read(name)).rejects.toMatchObject(refused)
  expect(contentOf('escaped.txt')).toBe('as it was')
})

it('a folder has files whose names or paths only look as if they led out', async () => {
  const [input, output] = [folder('').input(place('odd')), folder('').output(place('odd'))]
  for (const name of ['..a', 'b/../c']) await output.write(name, name)
  expect(await input.list()).toEqual(['..a', 'c'])
  expect(String(await input.read('b/../c'))).toBe('b/../c')
})

it('a folder lists what is behind links too, and refuses one that has no end', async () => {
  put('linked/a.txt', 'a')
  put('elsewhere/in/b.txt', 'b')
  symlinkSync(join(root, 'elsewhere'), join(root, 'linked/link'))
  const linked = folder('').input(place('linked'))
  expect(await linked.list()).toEqual(['a.txt', 'link/in/b.txt'])
  expect(String(await linked.read('link/in/b.txt'))).toBe('b')
  symlinkSync(root, join(root, 'elsewhere/up'))
  await expect(linked.list()).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    hint: expect.stringContaining('remove the link'),
  })
})

it('a file is no folder, and a folder no file', async () => {
  put('form/a.txt', 'a')
  await expect(folder('').input(place('form/a.txt')).list()).rejects.toMatchObject({
    message: 'cannot read form/a.txt: it is a file, and its port is one for folders',
    hint: "make its port one for files: file('form/a.txt')",
  })
  await expect(file('').input(place('form')).read()).rejects.toMatchObject({
    message: 'cannot read form: it is a folder, and its port is one for files',
    hint: "make its port one for folders: folder('form')",
  })
  await expect(file('').input(place('form/b')).read()).rejects.toMatchObject({
    message: 'cannot read form/b: ENOENT: no such file or directory',
  })
})

it('JSON is written indented, with a newline at its end, and is read again', async () => {
  const port = json('', Drift)
  await port.output(place('drift.json')).write({ share: 0.5 })
  expect(contentOf('drift.json')).toBe('{\n  "share": 0.5\n}\n')
  expect(await port.input(place('drift.json')).read()).toEqual({ share: 0.5 })
})

it('a value that does not fit is not written', async () => {
  const wrong = JSON.parse('{"share": "half"}')
  await expect(json('', Drift).output(place('never.json')).write(wrong)).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    message: 'never.json does not fit its schema: /share: expected a number, found "half"',
    where: 'never.json',
  })
  expect(() => contentOf('never.json')).toThrow('ENOENT')
})

const itself: { in?: unknown } = {}
itself.in = { again: itself }
const holed = ['a']
holed[2] = 'c'

it.each([
  [{ a: Number.NaN }, 'holds at /a what JSON does not have: NaN'],
  [[Number.POSITIVE_INFINITY], 'holds at /0 what JSON does not have: Infinity'],
  [{ a: [0, Number.NaN] }, 'holds at /a/1 what JSON does not have: NaN'],
  [{ f: () => 1 }, 'holds at /f what JSON does not have: [Function: f]'],
  [{ n: 1n }, 'holds at /n what JSON does not have: 1n'],
  [new Map([[1, 2]]), 'holds at / what JSON does not have: Map(1)'],
  [{ 'a/b': new Set() }, 'holds at /a~1b what JSON does not have: Set(0)'],
  [[/x/], 'holds at /0 what JSON does not have: /x/'],
  [{ n: Object(Number.NaN) }, 'holds at /n what JSON does not have: [Number: NaN]'],
  [{ at: new Date(Number.NaN) }, 'holds at /at what JSON does not have: Invalid Date'],
  [{ b: Buffer.from('x') }, 'holds at /b what JSON does not have: <Buffer 78>'],
  [[1, undefined], 'holds at /1 what JSON does not have: undefined'],
  [holed, 'holds at /1 what JSON does not have: undefined'],
  [{ m: 'ab'.match(/b/) }, 'holds at /m a list that has a key: index'],
  [{ a: { [Symbol('key')]: 1 } }, 'holds at /a a key that JSON does not have: Symbol(key)'],
  [{ s: Symbol('x') }, 'holds at /s what JSON does not have: Symbol(x)'],
  [itself, 'holds at /in/again an object that it is in itself'],
  [undefined, 'would be empty'],
])('without a schema too, what JSON would lose is refused: %o', async (value, why) => {
  await expect(json('').output(place('lost.json')).write(value)).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    message: expect.stringContaining(why),
  })
})

it('what JSON loses is refused where the schema has no word for it', async () => {
  const wide = json('', Type.Object({ all: Type.Unknown() }))
  await expect(wide.output(place('lost.json')).write({ all: new Set() })).rejects.toMatchObject({
    code: 'OUTPUT_INVALID',
    message: 'lost.json holds at /all what JSON does not have: Set(0) {}',
  })
})

it('a zero with a sign, as rounding gives it, is written as zero', async () => {
  const port = json('').output(place('zero.json'))
  await port.write({ a: Math.round(-0.3) })
  expect(readFileSync(port.path, 'utf8')).toContain('"a": 0')
})

it('a moment is written as its ISO text, and a key without a value is left out', async () => {
  const bare = Object.assign(Object.create(null), { one: 1, none: undefined })
  const [shared, at] = [{ two: 2 }, new Date(0)]
  await json('')
    .output(place('whole.json'))
    .write({ bare, at, twice: [shared, shared] })
  expect(JSON.parse(contentOf('whole.json'))).toEqual({
    bare: { one: 1 },
    at: '1970-01-01T00:00:00.000Z',
    twice: [{ two: 2 }, { two: 2 }],
  })
})

it.each([
  [
    '{"share": "half"}',
    'INPUT_INVALID',
    'in.json does not fit its schema: /share: expected a number, found "half"',
  ],
  ['[]', 'INPUT_INVALID', 'in.json does not fit its schema: /: expected a map of keys, found []'],
  ['{', 'INPUT_INVALID', 'in.json is no JSON'],
])('an input %s is refused with %s', async (content, code, message) => {
  const input = json('', Drift).input(put('in.json', content))
  await expect(input.read()).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
    where: 'in.json',
    hint: expect.stringContaining('--force'),
  })
})

it('an input that cannot be read says which', async () => {
  for (const read of [
    () => json('').input(place('none.json')).read(),
    () => file('').input(place('none.json')).read(),
    () => folder('').input(place('none.json')).list(),
  ])
    await expect(read()).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringContaining('cannot read none.json'),
    })
  await expect(folder('').input(place('all')).read('x')).rejects.toMatchObject({
    code: 'INPUT_UNREADABLE',
    message: expect.stringContaining('cannot read all/x'),
  })
})

it('a reference is read as JSON, and is an effect where it is written', async () => {
  const input = ref('', Drift).input({
    name: 'registry://m/x',
    path: put('ref.json', '{"share":1}').path,
  })
  expect(input.reference).toBe('registry://m/x')
  expect(await input.read()).toEqual({ share: 1 })
  const output = ref('').output({ name: 'registry://m/x', path: '' })
  expect(output.reference).toBe('registry://m/x')
  expect(() => output.path).toThrow("'registry://m/x' is an effect of its stage, which has no path")
})
