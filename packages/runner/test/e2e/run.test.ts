// The loop of daily work through the real CLI: run, again, lose outputs, change a param and back, select stages.
import { describe, expect, test } from 'vitest'
import { jsonOf, type Project, pipeline, project, type StatusJson } from './rig.ts'

/** a → b → d, a → c → d; b reads the param scale, and c another one. */
function diamond(): Project {
  return project({
    'params.yaml': 'scale: 2 # factor of b\nshift: 1\nname: it\n',
    'data/in.txt': 'hello\n',
    'pipeline.yaml': pipeline({
      a: { cmd: 'cp data/in.txt out/a.txt', deps: ['data/in.txt'], outs: ['out/a.txt'] },
      b: {
        cmd: 'echo ${scale} $(cat out/a.txt) > out/b.txt',
        deps: ['out/a.txt'],
        params: ['scale'],
        outs: ['out/b.txt'],
      },
      c: {
        cmd: 'mkdir -p out/c/in && cp out/a.txt out/c/one && cp params.yaml out/c/in/two && grep -o shift params.yaml > out/c/in/two',
        deps: ['out/a.txt'],
        params: ['shift'],
        outs: ['out/c'],
      },
      d: {
        cmd: 'cat out/b.txt out/c/one out/c/in/two > out/d.txt',
        deps: ['out/b.txt', 'out/c'],
        outs: ['out/d.txt'],
      },
    }),
  })
}

const every = (outcome: string): Record<string, string> => ({
  a: outcome,
  b: outcome,
  c: outcome,
  d: outcome,
})

describe('the daily loop', () => {
  test('runs all, then nothing, restores what is removed, and follows a param there and back', async () => {
    const it = diamond()
    expect(await it.outcomes()).toEqual(every('ran'))
    const [outputs, lock] = [it.contents('out'), it.read('pipeline.lock')]
    expect(outputs['out/d.txt']).toBe('2 hello\nhello\nshift\n')

    expect(await it.outcomes()).toEqual(every('cached'))
    it.remove('out')
    expect(await it.outcomes()).toEqual(every('restored'))
    expect(it.contents('out')).toEqual(outputs)
    expect(it.read('pipeline.lock')).toBe(lock)

    it.edit('params.yaml', 'scale: 2', 'scale: 3')
    const changed = await it.run()
    expect(changed.stages.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['a', 'cached'],
      ['b', 'ran'],
      ['c', 'cached'],
      ['d', 'ran'],
    ])
    expect(changed.stages[1]?.reasons).toContain('param scale: 2 -> 3')
    expect(changed.stages[3]?.reasons).toEqual(['dependency changed: out/b.txt'])
    expect(it.read('out/d.txt')).toBe('3 hello\nhello\nshift\n')

    it.edit('params.yaml', 'scale: 3', 'scale: 2')
    expect(await it.outcomes()).toEqual({ ...every('cached'), b: 'restored', d: 'restored' })
    expect(it.contents('out')).toEqual(outputs)
    expect(it.read('pipeline.lock')).toBe(lock)
  })

  test('a stage that makes the same bytes leaves what follows fresh', async () => {
    const it = project({
      'in.txt': 'b\na\n',
      'pipeline.yaml': pipeline({
        sorted: { cmd: 'sort in.txt > sorted.txt', deps: ['in.txt'], outs: ['sorted.txt'] },
        copy: { cmd: 'cp sorted.txt copy.txt', deps: ['sorted.txt'], outs: ['copy.txt'] },
      }),
    })
    await it.run()
    it.write({ 'in.txt': 'a\nb\n' })
    expect(await it.outcomes()).toEqual({ sorted: 'ran', copy: 'cached' })
  })

  test('touching a file or replacing it by the same content is no change', async () => {
    const it = diamond()
    await it.run()
    it.write({ 'data/in.txt': 'hello\n' })
    expect(await it.outcomes()).toEqual(every('cached'))
  })

  test('an output edited by hand comes back from the cache', async () => {
    const it = diamond()
    await it.run()
    it.remove('out/b.txt')
    it.write({ 'out/b.txt': 'mine\n' })
    const run = await it.run()
    expect(run.stages[1]).toMatchObject({
      outcome: 'restored',
      reasons: ['output modified: out/b.txt'],
    })
    expect(it.read('out/b.txt')).toBe('2 hello\n')
  })

  test('an added, removed or renamed output or dependency is a reason', async () => {
    const it = diamond()
    await it.run()
    it.edit('pipeline.yaml', '"deps":["data/in.txt"]', '"deps":["data/in.txt","params.yaml"]')
    const run = await it.run('--until', 'a')
    expect(run.stages[0]).toMatchObject({
      outcome: 'ran',
      reasons: ['dependency added: params.yaml'],
    })
  })
})

describe('what is selected', () => {
  test('--until, --from, --only, names, lists of names', async () => {
    const it = diamond()
    expect(await it.outcomes('--until', 'b')).toEqual({ a: 'ran', b: 'ran' })
    expect(await it.outcomes('c')).toEqual({ a: 'cached', c: 'ran' })
    expect(await it.outcomes('--until', 'b,c')).toEqual({ a: 'cached', b: 'cached', c: 'cached' })
    expect(await it.outcomes('--from', 'b')).toEqual({ b: 'cached', d: 'ran' })
    expect(await it.outcomes('--from', 'a', '--until', 'b')).toEqual({ a: 'cached', b: 'cached' })
    expect(await it.outcomes('--only', 'd')).toEqual({ d: 'cached' })
    expect(await it.outcomes('--only', 'a', '--only', 'c')).toEqual({ a: 'cached', c: 'cached' })
  })

  test('--only runs a stage whatever is stale before it, and says so when an input is missing', async () => {
    const it = diamond()
    const missing = await it.run('--only', 'b')
    expect(missing.end.code).toBe(1)
    expect(missing.stages[0]?.error).toMatchObject({
      code: 'DEP_MISSING',
      hint: 'run the stage that makes it: weir run --until a',
    })
    await it.run()
    it.write({ 'data/in.txt': 'other\n' })
    expect(await it.outcomes('--only', 'd')).toEqual({ d: 'cached' })
  })

  test('--force runs what is selected, and restores nothing', async () => {
    const it = diamond()
    await it.run()
    expect(await it.outcomes('--force')).toEqual(every('ran'))
    const forced = await it.run('--force', '--only', 'b')
    expect(forced.stages).toMatchObject([{ name: 'b', outcome: 'ran', reasons: ['forced'] }])
  })

  test('works from a folder inside the project', async () => {
    const it = diamond()
    const end = await it.weir(['run', '--json'], { cwd: 'data' })
    expect(end.code).toBe(0)
    expect(it.read('out/d.txt')).toBe('2 hello\nhello\nshift\n')
  })
})

describe('looking ahead', () => {
  test('status and --dry-run tell the states and change nothing', async () => {
    const it = diamond()
    expect(await it.states()).toEqual(every('missing'))
    await it.run()
    expect(await it.states()).toEqual(every('fresh'))
    it.edit('params.yaml', 'scale: 2', 'scale: 5')
    const before = it.contents('out', 'pipeline.lock', 'params.yaml')
    const status = jsonOf<StatusJson>(await it.weir(['status', '--json']))
    expect(Object.keys(status)).toEqual(['stages'])
    expect(status.stages).toEqual([
      { name: 'a', state: 'fresh', reasons: ['nothing changed'] },
      {
        name: 'b',
        state: 'stale',
        reasons: expect.arrayContaining(['param scale: 2 -> 5']) as string[],
      },
      { name: 'c', state: 'fresh', reasons: ['nothing changed'] },
      { name: 'd', state: 'stale', reasons: ['b is not fresh'] },
    ])
    const dry = jsonOf<{ stages: { name: string; would: string }[]; ok: boolean }>(
      await it.weir(['run', '--dry-run', '--json']),
    )
    expect(dry.stages.map(({ name, would }) => `${name} ${would}`)).toEqual([
      'a keep',
      'b run',
      'c keep',
      'd run',
    ])
    expect(it.contents('out', 'pipeline.lock', 'params.yaml')).toEqual(before)
    it.edit('params.yaml', 'scale: 5', 'scale: 2')
    it.remove('out')
    expect(await it.states()).toEqual(every('restorable'))
    expect(it.has('out')).toBe(false)
  })

  test('explain names the param, old and new, what is before it, and the key', async () => {
    const it = diamond()
    await it.run()
    it.edit('params.yaml', 'scale: 2', 'scale: 5')
    const told = jsonOf<Record<string, unknown>>(await it.weir(['explain', 'b', '--json']))
    expect(told).toMatchObject({
      name: 'b',
      state: 'stale',
      details: expect.arrayContaining([
        { kind: 'param', file: 'params.yaml', key: 'scale', old: 2, new: 5 },
      ]) as unknown,
      document: { params: { 'params.yaml': { scale: 5 } } },
    })
    expect(told.key).not.toBe(told.recorded_key)
    const text = (await it.weir(['explain', 'd'])).stdout
    expect(text).toContain('before it, b is stale')
    expect(text).toContain('param scale: 2 -> 5')
  })

  test('explain shows the key that the next run uses, or says what has to run before it is known', async () => {
    const it = diamond()
    await it.run()
    const recorded = async (stage: string) => (await explained(stage)).recorded_key
    const explained = async (stage: string) =>
      jsonOf<Record<string, unknown>>(await it.weir(['explain', stage, '--json']))
    const first = await explained('d')
    expect(first).toMatchObject({ state: 'fresh', key: first.recorded_key })
    it.edit('params.yaml', 'scale: 2', 'scale: 5')
    const stale = await explained('d')
    expect([stale.state, stale.key, stale.document, stale.key_after]).toEqual([
      'stale',
      undefined,
      undefined,
      'b',
    ])
    expect((await it.weir(['explain', 'd'])).stdout).toContain('not known before b has run')
    const before = (await explained('b')).key
    await it.run()
    expect(await recorded('b')).toBe(before)
    // Back again: b would be restored, and its outputs of then enter the key though others are in place.
    it.edit('params.yaml', 'scale: 5', 'scale: 2')
    const restorable = await explained('d')
    expect(restorable).toMatchObject({ state: 'restorable', key: first.key })
    await it.run()
    expect(await recorded('d')).toBe(restorable.key)
  })

  test('dag draws, as text, Mermaid and JSON', async () => {
    const it = diamond()
    expect((await it.weir(['dag'])).stdout).toMatch(/a[\s\S]*b[\s\S]*c[\s\S]*d/)
    expect((await it.weir(['dag', '--mermaid'])).stdout).toMatch(/-->/)
    const { edges } = jsonOf<{ edges: string[][] }>(await it.weir(['dag', '--json']))
    expect(edges).toEqual([
      ['a', 'b'],
      ['a', 'c'],
      ['b', 'd'],
      ['c', 'd'],
    ])
  })

  test('help of all and of each command has an example and exits 0', async () => {
    const it = project({})
    const overview = await it.weir(['--help'])
    expect(overview).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['run', 'status', 'explain', 'dag']) {
      expect(overview.stdout).toContain(name)
      const help = await it.weir([name, '--help'])
      expect(help.code).toBe(0)
      expect(help.stdout).toContain(`weir ${name}`)
      expect(help.stdout).toContain('Examples')
    }
  })
})

describe('-S', () => {
  test('writes the value into params.yaml, comments and layout kept, and runs with it', async () => {
    const it = diamond()
    await it.run()
    expect(await it.outcomes('-S', 'scale=7')).toEqual({ ...every('cached'), b: 'ran', d: 'ran' })
    expect(it.read('params.yaml')).toBe('scale: 7 # factor of b\nshift: 1\nname: it\n')
    expect(it.read('out/b.txt')).toBe('7 hello\n')
    const both = await it.run('-S', 'scale=2', '--set', 'name=a: b')
    expect(both.ok).toBe(true)
    expect(it.read('params.yaml')).toBe('scale: 2 # factor of b\nshift: 1\nname: "a: b"\n')
  })
})

describe('the JSON contract', () => {
  test('run: one document on stdout, text for people on stderr', async () => {
    const it = diamond()
    const { end, stages, ok } = await it.run()
    expect(end.stderr).toContain("Running stage 'a'")
    expect(ok).toBe(true)
    for (const stage of stages) {
      expect(Object.keys(stage).slice(0, 4)).toEqual(['name', 'outcome', 'reasons', 'seconds'])
      expect(stage.reasons.every((reason) => typeof reason === 'string')).toBe(true)
      expect(stage.seconds).toBeGreaterThanOrEqual(0)
    }
    expect(Object.keys(jsonOf<object>(end)).slice(0, 2)).toEqual(['stages', 'ok'])
  })

  test('without --json a run tells people on stdout', async () => {
    const it = diamond()
    const end = await it.weir(['run'])
    expect(end).toMatchObject({ code: 0, stderr: '' })
    expect(end.stdout).toContain("Stage 'd' ran in")
    expect((await it.weir([])).stdout).toContain("Stage 'd' didn't change, skipping")
  })
})
