// The grammar of pipeline.yaml: every form that is allowed, and each mistake with its code and place.
import { describe, expect, it } from 'vitest'
import { Inexact } from '../../src/config/inexact.ts'
import type { Stage } from '../../src/config/model.ts'
import { readPipeline } from '../../src/config/pipeline.ts'
import { brief, collect } from './reports.ts'

function stagesOf(text: string, params: unknown = {}): readonly Stage[] {
  const { report, problems } = collect()
  const read = readPipeline(text, params, report)
  expect(problems).toEqual([])
  return read?.stages ?? []
}

/** The one stage of a pipeline whose fields are given, indented by four. */
function stageOf(fields: string, params: unknown = {}): Stage {
  const [stage] = stagesOf(`stages:\n  a:\n${fields.replace(/^/gm, '    ')}\n`, params)
  if (!stage) throw new Error('no stage')
  return stage
}

function problemsOf(text: string, params: unknown = {}): { brief: string[]; said: string } {
  const { report, problems } = collect()
  const read = readPipeline(text, params, report)
  if (read) problems.push(...read.stages.flatMap((stage) => stage.problems ?? []))
  const said = problems.map(({ message, hint }) => `${message} | ${hint ?? ''}`).join('\n')
  return { brief: problems.map(brief), said }
}

describe('the cache', () => {
  const linkOf = (text: string) =>
    readPipeline(`${text}stages: {}\n`, {}, collect().report)?.cache.link

  it('shares content by copies unless hard links are asked for', () => {
    expect(linkOf('')).toBe('copy')
    expect(linkOf('cache: {}\n')).toBe('copy')
    expect(linkOf('cache: {link: copy}\n')).toBe('copy')
    expect(linkOf('cache: {link: hard}\n')).toBe('hard')
  })

  it('is told what is wrong with its settings', () => {
    const { brief, said } = problemsOf('cache: {link: symlink, lnik: hard}\nstages: {}\n')
    expect(brief).toHaveLength(2)
    expect(said).toContain('did you mean')
    expect(said).toContain('hard links')
  })
})

describe('runs', () => {
  const keepOf = (text: string) =>
    readPipeline(`${text}stages: {}\n`, {}, collect().report)?.runs.keep

  it('are kept as many as is said, else 200', () => {
    expect([keepOf(''), keepOf('runs: {}\n'), keepOf('runs: {keep: 3}\n')]).toEqual([200, 200, 3])
  })

  it('are at least one, and a whole number', () => {
    for (const keep of ['0', '1.5', 'all', 'null'])
      expect(problemsOf(`runs: {keep: ${keep}}\nstages: {}\n`).brief).toHaveLength(1)
  })
})

describe('stages', () => {
  it('tells a condition as it is written, with what it came to', () => {
    const stage = stageOf('    cmd: x\n    when: ${source} == simulated\n', { source: 'exports' })
    expect(stage.when?.text).toBe('${source} == simulated (exports == simulated)')
    expect(stageOf('    cmd: x\n    when: d.json:go\n').when?.text).toBe('d.json:go')
  })

  it('reads every field', () => {
    const stage = stageOf(
      [
        'cmd: ["echo one", "echo two"]',
        'desc: words',
        'when: d.json:go',
        'deps: [./x//y/, "s3x://b/k", x/y]',
        'params: [b, a, {z.yaml: null}, {c.yaml: [k]}]',
        'outs: [o, {p: {cache: false, persist: true, desc: d}}]',
        'metrics: [m.json]',
        'plots: [{q.csv: {x: a, y: b, title: t}}, r.csv]',
        'env: {A: 1, B: true, C: text, D: null, E: {secret: true}, F: {secret: false}}',
        'frozen: true',
        'always_changed: true',
        'retries: 2',
        'timeout: 90s',
        'meta: {anything: [goes]}',
      ].join('\n'),
    )
    expect(stage).toMatchObject({
      name: 'a',
      desc: 'words',
      command: { kind: 'cmd', lines: ['echo one', 'echo two'] },
      deps: ['x/y', 's3x://b/k'],
      params: [
        { file: 'params.yaml', keys: ['a', 'b'] },
        { file: 'c.yaml', keys: ['k'] },
        { file: 'z.yaml', keys: null },
      ],
      outs: [
        { path: 'o', kind: 'out', cache: true, persist: false },
        { path: 'p', kind: 'out', cache: false, persist: true },
        { path: 'm.json', kind: 'metric', cache: true, persist: false },
        { path: 'q.csv', kind: 'plot', plot: { x: 'a', y: 'b', title: 't' } },
        { path: 'r.csv', kind: 'plot' },
      ],
      env: { A: '1', B: 'true', C: 'text', D: null, E: null, F: null },
      secrets: ['E'],
      frozen: true,
      alwaysChanged: true,
      retries: 2,
      timeoutMs: 90_000,
      place: { file: 'pipeline.yaml', line: 2, col: 3 },
    })
  })

  it('makes each line of a command one of its own, whatever the line ends', () => {
    const lines = ['echo 1', '  echo 2', 'echo 3']
    expect(stageOf('cmd: |\n  echo 1\n    echo 2\n\n  echo 3\n').command).toEqual({
      kind: 'cmd',
      lines,
    })
    expect(
      stagesOf('stages:\r\n  a:\r\n    cmd: |\r\n      echo 1\r\n      echo 2\r\n')[0]?.command,
    ).toEqual({
      kind: 'cmd',
      lines: ['echo 1', 'echo 2'],
    })
    expect(stageOf('cmd: "echo 1\\r\\necho 2"').command).toEqual({
      kind: 'cmd',
      lines: ['echo 1', 'echo 2'],
    })
  })

  it('takes an item of a list as one command, also a script of several lines', () => {
    const fields = 'cmd:\n  - cd x\n  - |\n\n    cd y\n\n      pwd\n\n  - "a\\r\\nb"\n  - " "\n'
    expect(stageOf(fields).command).toEqual({
      kind: 'cmd',
      lines: ['cd x', 'cd y\n\n  pwd', 'a\nb'],
    })
  })

  it.each([
    ['2', 2000],
    ['0.5', 500],
    ['500ms', 500],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['100000h', 2 ** 31 - 1],
  ])('timeout: %s is %d ms', (written, expected) => {
    expect(stageOf(`cmd: x\ntimeout: ${written}`).timeoutMs).toBe(expected)
  })

  it('a params file that is named whole takes its keys in', () => {
    const refs = stageOf(
      'cmd: x\nparams: [{b.yaml: [k]}, {b.yaml: null}, {b.yaml: [l]}, {c.yaml: []}]',
    ).params
    expect(refs).toEqual([
      { file: 'b.yaml', keys: null },
      { file: 'c.yaml', keys: null },
    ])
  })

  it('replaces expressions everywhere, keys included, and keeps types', () => {
    const params = { n: 3, on: true, dir: 'data', files: ['a', 'b'], env: { X: 1 } }
    const stage = stageOf(
      'cmd: run ${n}\ndeps: ${files}\nouts: [{"${dir}/o": {cache: "${on}"}}]\nretries: ${n}\nenv: ${env}\nwhen: ${on}',
      params,
    )
    expect(stage).toMatchObject({
      command: { lines: ['run 3'] },
      deps: ['a', 'b'],
      outs: [{ path: 'data/o', cache: true }],
      retries: 3,
      env: { X: '1' },
    })
    expect(stage.when).toBeUndefined()
  })

  it('takes stages with the names of JavaScript’s own members', () => {
    const names = stagesOf(
      'stages:\n  constructor: {cmd: a}\n  toString: {cmd: b}\n  valueOf: {cmd: c}\n',
    )
    expect(names.map((stage) => stage.name)).toEqual(['constructor', 'toString', 'valueOf'])
  })

  it('reads merges and anchors', () => {
    const [, b] = stagesOf('stages:\n  a: &a {cmd: x, deps: [d]}\n  b:\n    <<: *a\n    cmd: y\n')
    expect(b).toMatchObject({ deps: ['d'], command: { lines: ['y'] } })
  })
})

describe('mistakes', () => {
  it.each([
    ['', 'BAD_VALUE 1:1', 'pipeline.yaml: expected a map of keys, found null'],
    ['- a\n', 'BAD_VALUE 1:1', 'expected a map of keys, found ["a"]'],
    ['stages:\n', 'BAD_VALUE 1:8', 'stages: expected a map of keys, found null'],
    ['stages: {}\nstage: {}\n', 'UNKNOWN_KEY 2:1', "did you mean 'stages'?"],
    ['stages:\n  a b: {cmd: x}\n', 'BAD_VALUE 2:3', "'a b' cannot be the name of a stage"],
    ['stages:\n  a@b: {cmd: x}\n', 'BAD_VALUE 2:3', "'a@b' cannot be the name of a stage"],
    ['stages:\n  ../a: {cmd: x}\n', 'BAD_VALUE 2:3', "'../a' cannot be the name"],
    ['stages:\n  a:\n', 'BAD_VALUE 2:5', 'stages.a: expected a map of keys, found null'],
    ['stages:\n  a: {}\n', 'BAD_VALUE 2:3', 'neither `run` nor `cmd`'],
    ['stages:\n  a: {cmd: x, run: y.ts}\n', 'BAD_VALUE 2:3', 'both `run` and `cmd`'],
    ['stages:\n  a: {cmd: " "}\n', 'BAD_VALUE 2:3', 'blank lines'],
    [
      'stages:\n  a: {cmd: []}\n',
      'BAD_VALUE 2:12',
      'expected a list of 1 or more values, found []',
    ],
    ['stages:\n  a:\n    cmd: x\n    dpes: [y]\n', 'UNKNOWN_KEY 4:5', "did you mean 'deps'?"],
    ['stages:\n  a:\n    cmd: x\n    zzzzzz: 1\n', 'UNKNOWN_KEY 4:5', 'known keys: run, cmd'],
    [
      'stages:\n  a:\n    cmd: x\n    deps: y\n',
      'BAD_VALUE 4:11',
      'expected a list of 0 or more values, found "y"',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    deps: [1]\n',
      'BAD_VALUE 4:12',
      'stages.a.deps.0: expected a string that is not empty, found 1',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    frozen: "yes"\n',
      'BAD_VALUE 4:13',
      'found "yes" | write true or false, without quotes',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    retries: -1\n',
      'BAD_VALUE 4:14',
      'expected an integer from 0 to 100, found -1',
    ],
    ['stages:\n  a:\n    cmd: x\n    retries: 1.5\n', 'BAD_VALUE 4:14', 'integer'],
    ['stages:\n  a:\n    cmd: x\n    timeout: 1.2.3s\n', 'BAD_VALUE 4:14', 'a time such as 500ms'],
    ['stages:\n  a:\n    cmd: x\n    timeout: 0s\n', 'BAD_VALUE 4:14', 'a time such as 500ms'],
    ['stages:\n  a:\n    cmd: x\n    timeout: 0\n', 'BAD_VALUE 4:14', 'expected a number above 0'],
    ['stages:\n  a:\n    cmd: x\n    timeout: 5d\n', 'BAD_VALUE 4:14', 'a time such as 500ms'],
    ['stages:\n  a:\n    cmd: x\n    when: x > 3\n', 'BAD_VALUE 4:11', 'cannot read the condition'],
    [
      'stages:\n  a:\n    cmd: x\n    when: d.json:x == 1\n',
      'BAD_VALUE 4:11',
      'cannot read the condition',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    outs: [{o: {cach: true}}]\n',
      'UNKNOWN_KEY 4:17',
      "did you mean 'cache'?",
    ],
    [
      'stages:\n  a:\n    cmd: x\n    outs: [{o: {cache: no}}]\n',
      'BAD_VALUE 4:24',
      'expected a boolean, found "no"',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    outs: [{o: {}, p: {}}]\n',
      'BAD_VALUE 4:12',
      'expected a map of 1 key',
    ],
    ['stages:\n  a:\n    cmd: x\n    outs: [1]\n', 'BAD_VALUE 4:12', 'or a map of 1 key, found 1'],
    [
      'stages:\n  a:\n    cmd: x\n    outs: [{o: {x: col}}]\n',
      'UNKNOWN_KEY 4:17',
      "unknown key 'x'",
    ],
    [
      'stages:\n  a:\n    cmd: x\n    params: [{p.yaml: [1]}]\n',
      'BAD_VALUE 4:24',
      'expected a string that is not empty, found',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    env: {A: [1]}\n',
      'BAD_VALUE 4:14',
      'expected a string or a number or a boolean or null or a map of keys, found [1]',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    deps: ["${no.such}"]\n',
      'TEMPLATE 4:12',
      "could not find 'no.such'",
    ],
    [
      'stages:\n  a:\n    cmd: x\n    when: ${m} == 1\n',
      'TEMPLATE 4:11',
      "failed to parse 'stages.a.when': 'm' is a map",
    ],
    [
      'stages:\n  a:\n    cmd: x\n    when: ${m.x}\n',
      'BAD_VALUE 4:11',
      'cannot read the condition `${m.x}` (1) | write',
    ],
    [
      'stages:\n  a:\n    cmd: x\n    deps: ["${m}"]\n',
      'BAD_VALUE 4:12',
      'expected a string that is not empty, found',
    ],
    ['stages:\n  a:\n    cmd: x\n    env: {"${m}": 1}\n', 'TEMPLATE 4:11', 'cannot be a key'],
    ['stages: {a: {cmd: x}\n', 'YAML_SYNTAX 2:1', ''],
  ])('%j is %s', (text, expected, said) => {
    const found = problemsOf(text, { m: { x: 1 } })
    expect(found.brief).toEqual([expected])
    expect(found.said).toContain(said)
  })

  it('reports all of them at once', () => {
    const text = [
      'stages:',
      '  a: {cmd: x, dep: [y]}',
      '  b: {cmd: x, retries: many}',
      '  c: {cmd: "${gone}"}',
      '  d: {cmd: 3}',
      'extra: 1',
    ].join('\n')
    expect(problemsOf(text).brief.sort()).toEqual([
      'BAD_VALUE 3:24',
      'BAD_VALUE 5:12',
      'TEMPLATE 4:12',
      'UNKNOWN_KEY 2:15',
      'UNKNOWN_KEY 6:1',
    ])
  })

  it('reports what several stages mean wrongly at once', () => {
    const text = 'stages:\n  a: {}\n  b: {cmd: x, when: "?"}\n  c: {cmd: x, run: y}\n'
    expect(problemsOf(text).brief).toEqual(['BAD_VALUE 2:3', 'BAD_VALUE 3:21', 'BAD_VALUE 4:3'])
  })
})

describe('a stage whose expressions cannot be replaced', () => {
  const TEXT = [
    'stages:',
    '  a:',
    '    cmd: [x, "${no.cmd}"]',
    '    deps: ["${no.dep}", d]',
    '    outs: ["${no.out}", o, {"${no.key}": {cache: false}}, {p: {cache: "${no.cache}"}}]',
    '    metrics: ${no.metrics}',
    '    retries: ${no.retries}',
    '    timeout: ${no.timeout}',
    '    env: {"${no.name}": 1, B: 2}',
    '    when: ${no.when} == 1',
    '  b: {cmd: y, deps: [o]}',
  ].join('\n')

  it('has each as a problem at its place; the rest of it, and the others, are read', () => {
    const [a, b] = stagesOf(TEXT)
    expect(a?.problems?.map((problem) => problem.code)).toEqual(Array(10).fill('TEMPLATE'))
    expect(a?.problems?.map(brief)[0]).toBe('TEMPLATE 3:14')
    expect(a).toMatchObject({
      command: { kind: 'cmd', lines: ['x'] },
      deps: ['d'],
      outs: [{ path: 'o' }, { path: 'p', cache: true }],
      env: { B: '2' },
      retries: 0,
    })
    expect(b?.problems).toBeUndefined()
  })

  it('may lack its whole command by that', () => {
    const [a] = stagesOf('stages:\n  a: {run: "${gone}"}\n')
    expect(a?.problems?.map(brief)).toEqual(['TEMPLATE 2:12'])
  })

  it('is told with the others where the pipeline is refused', () => {
    const { brief: found } = problemsOf(`${TEXT}\n  c: {cmd: x, dpes: []}\n  d: "\${gone}"\n`)
    expect(found.filter((one) => one.startsWith('TEMPLATE'))).toHaveLength(10)
    expect(found).toContain('UNKNOWN_KEY 12:15')
  })

  it('has a number that cannot be kept as its problem, at its place in params.yaml', () => {
    const place = { file: 'params.yaml', line: 7, col: 3 }
    const params = { rate: new Inexact('.inf', place), other: 1 }
    const [a, b] = stagesOf('stages:\n  a: {cmd: "x ${rate}"}\n  b: {cmd: "x ${other}"}\n', params)
    expect(a?.problems).toMatchObject([{ code: 'BAD_VALUE', place }])
    expect(a?.problems?.[0]?.message).toBe(
      "stage 'a' uses the number .inf, which cannot be kept exactly",
    )
    expect(b?.problems).toBeUndefined()
  })
})
