// What a stage can say in pipeline.yaml, seen from outside: when, frozen, always_changed, retries, env, flags, failure.
import { describe, expect, test } from 'vitest'
import { controlled, jsonOf, outcomesOf, pipeline, projectHere, type RunJson } from './rig.ts'

const COUNT = 'echo x >> count.log' // beside the outputs: how often the command really ran

describe('when', () => {
  test('a comparison with a param; what follows a skipped stage is skipped, and outputs stay', async () => {
    const it = projectHere({
      'params.yaml': 'mode: on\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'echo a > a', when: '${mode} == on', outs: ['a'] },
        b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
        other: { cmd: 'echo o > o', outs: ['o'] },
      }),
    })
    expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran', other: 'ran' })
    const lock = it.read('pipeline.lock')
    const off = await it.run('-S', 'mode=off')
    expect(off.end.code).toBe(0)
    expect(off.ok).toBe(true)
    expect(outcomesOf(off)).toEqual({ a: 'skipped', b: 'skipped', other: 'cached' })
    expect(off.stages[0]?.reasons[0]).toContain('off == on')
    expect(off.stages[1]?.reasons[0]).toContain('a')
    expect(it.contents('a', 'b')).toEqual({ a: 'a\n', b: 'a\n' })
    expect(it.read('pipeline.lock')).toBe(lock)
    expect(await it.states()).toEqual({ a: 'skipped', b: 'skipped', other: 'fresh' })
    expect(await it.outcomes('-S', 'mode=on')).toEqual({
      a: 'cached',
      b: 'cached',
      other: 'cached',
    })
  })

  test.each([
    [true, 'ran'],
    [false, 'skipped'],
    ['not ${flag}', 'skipped'],
    ['${flag}', 'ran'],
    ['${n} != 3', 'skipped'],
  ])('%s', async (when, outcome) => {
    const it = projectHere({
      'params.yaml': 'flag: true\nn: 3\n',
      'pipeline.yaml': pipeline({ a: { cmd: 'echo a > a', when, outs: ['a'] } }),
    })
    expect(await it.outcomes()).toEqual({ a: outcome })
  })

  test.each([
    ['off != on', 'skipped'],
    ["'on'", 'skipped'],
    ['not off', 'skipped'],
    ['on', 'ran'],
  ])('a param that holds %j is compared, and no part of the condition', async (mode, outcome) => {
    const it = projectHere({
      'params.yaml': `mode: ${JSON.stringify(mode)}\n`,
      'pipeline.yaml': pipeline({ a: { cmd: 'echo a > a', when: '${mode} == on', outs: ['a'] } }),
    })
    expect(await it.outcomes()).toEqual({ a: outcome })
  })

  test('a fact that another stage writes decides in the same run', async () => {
    const it = projectHere({
      'params.yaml': 'go: true\n',
      'pipeline.yaml': pipeline({
        decide: { cmd: 'echo \'{"go": ${go}}\' > fact.json', metrics: ['fact.json'] },
        work: { cmd: 'echo w > w', when: 'fact.json:go', outs: ['w'] },
        instead: { cmd: 'echo i > i', when: 'not fact.json:go', outs: ['i'] },
      }),
    })
    expect(await it.outcomes()).toEqual({ decide: 'ran', work: 'ran', instead: 'skipped' })
    expect(await it.outcomes('-S', 'go=false')).toEqual({
      decide: 'ran',
      work: 'skipped',
      instead: 'ran',
    })
    expect(it.read('w')).toBe('w\n')
  })

  test('a key that the file does not have is named as such, a false one is not', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        decide: { cmd: 'echo \'{"go": false}\' > fact.json', metrics: ['fact.json'] },
        off: { cmd: 'echo o > o', when: 'fact.json:go', outs: ['o'] },
        typo: { cmd: 'echo t > t', when: 'fact.json:goo', outs: ['t'] },
        not: { cmd: 'echo n > n', when: 'not fact.json:goo', outs: ['n'] },
      }),
    })
    const reasons = (await it.run()).stages.map(({ name, reasons }) => [name, ...reasons])
    expect(reasons).toEqual([
      ['decide', 'no run of it is recorded'],
      ['off', 'when fact.json:go is not true'],
      ['typo', 'when fact.json:goo is not true: there is nothing at that key'],
      ['not', 'no run of it is recorded'],
    ])
  })
})

describe('frozen', () => {
  test('is not rerun whatever changed, and restored when it is lost', async () => {
    const it = projectHere({
      'in.txt': '1\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cp in.txt a', deps: ['in.txt'], outs: ['a'] },
        b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
      }),
    })
    await it.run()
    it.edit('pipeline.yaml', '"cmd":"cp in.txt a"', '"frozen":true,"cmd":"cp in.txt a"')
    it.write({ 'in.txt': '2\n' })
    expect(await it.outcomes()).toEqual({ a: 'cached', b: 'cached' })
    it.remove('a')
    expect(await it.outcomes()).toEqual({ a: 'restored', b: 'cached' })
    expect(it.read('a')).toBe('1\n')
    it.remove('a', '.weir/cache')
    const lost = await it.run()
    expect(lost.end.code).toBe(1)
    expect(lost.stages[0]?.error).toMatchObject({ code: 'FROZEN_MISSING' })
    expect(lost.stages[1]?.outcome).toBe('skipped')
  })

  test('is not fresh with an output that was declared since, and was never made', async () => {
    const it = projectHere({ 'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a'] } }) })
    await it.run()
    it.write({
      'pipeline.yaml': pipeline({ a: { cmd: 'echo 1 > a', outs: ['a', 'more'], frozen: true } }),
    })
    expect(await it.states()).toEqual({ a: 'broken' })
    const run = await it.run()
    expect([run.end.code, run.stages[0]?.error?.code]).toEqual([1, 'FROZEN_MISSING'])
  })
})

describe('cmd', () => {
  const it = (cmd: string | string[]) =>
    projectHere({ 'pipeline.yaml': pipeline({ a: { cmd, outs: ['a'] } }) })
  const SCRIPT = 'word=one\nif true; then\n  echo $word > a\nfi\n'

  test('an item of a list is one script in one shell, whatever lines it has', async () => {
    const made = it(['other=two', SCRIPT, 'echo ${other:-none} >> a'].map(escaped))
    expect(await made.outcomes()).toEqual({ a: 'ran' })
    expect(made.read('a')).toBe('one\nnone\n')
    expect(made.read('.weir/logs/a.txt').split('\n').slice(1, 5)).toEqual([
      '> word=one',
      '> if true; then',
      '>   echo $word > a',
      '> fi',
    ])
  })

  test('a text is a command a line, each a shell of its own', async () => {
    const made = it(escaped('word=one\necho ${word:-none} > a'))
    expect(await made.outcomes()).toEqual({ a: 'ran' })
    expect(made.read('a')).toBe('none\n')
  })

  test('a script that fails is named by its first line, and nothing follows it', async () => {
    const run = await it(['# make a\ntouch a\nexit 3\n', 'touch b']).run()
    expect(run.stages[0]?.error?.message).toBe("stage 'a' failed: `# make a …` exited with 3")
  })
})

/** A command whose expressions are the shell's. */
function escaped(cmd: string): string {
  return cmd.replaceAll('${', '\\${')
}

test('always_changed runs every time, and what follows only if its bytes are new', async () => {
  const it = projectHere({
    'now.txt': '1\n',
    'pipeline.yaml': pipeline({
      a: { cmd: `${COUNT}; cp now.txt a`, always_changed: true, outs: ['a'] },
      b: { cmd: 'cp a b', deps: ['a'], outs: ['b'] },
    }),
  })
  await it.run()
  expect(await it.outcomes()).toEqual({ a: 'ran', b: 'cached' })
  it.write({ 'now.txt': '2\n' })
  expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran' })
  expect(it.read('count.log')).toBe('x\nx\nx\n')
})

describe('retries', () => {
  test('a stage that fails twice and then does not has run', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        a: {
          cmd: `${COUNT}; test $(wc -l < count.log) -ge 3 && echo a > a`,
          retries: 2,
          outs: ['a'],
        },
      }),
    })
    const run = await it.run()
    expect(outcomesOf(run)).toEqual({ a: 'ran' })
    expect(run.end.stderr).toContain('attempt 1 of 3 failed')
    expect(run.end.stderr).toContain('attempt 2 of 3 failed')
  })

  test('are limited, and an interrupt ends the waiting', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({ a: { cmd: `${COUNT}; false`, retries: 1, outs: ['a'] } }),
    })
    expect((await it.run()).end.code).toBe(1)
    expect(it.read('count.log')).toBe('x\nx\n')
    it.edit('pipeline.yaml', '"retries":1', '"retries":100')
    const run = it.start(['run'])
    await run.said('attempt 3 of 101')
    run.kill('SIGINT')
    expect((await run.ended).code).toBe(130)
  })
})

describe('env', () => {
  test('is given, is part of the key, and takes the value of the caller where it is null', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        a: {
          cmd: 'echo $FIXED $TAKEN $WEIR_STAGE $WEIR_ROOT > a',
          env: { FIXED: 7, TAKEN: null },
          outs: ['a'],
        },
      }),
    })
    const outcome = async (TAKEN: string): Promise<unknown> => {
      const end = await it.weir(['run', '--json'], { env: { TAKEN, OTHER: TAKEN } })
      const { stages } = JSON.parse(end.stdout) as {
        stages: { outcome: string; reasons: string[] }[]
      }
      return [stages[0]?.outcome, stages[0]?.reasons]
    }
    expect(await outcome('one')).toMatchObject(['ran', {}])
    expect(it.read('a')).toBe(`7 one a ${it.root}\n`)
    expect(await outcome('two')).toEqual(['ran', ['env TAKEN changed']])
    expect(await outcome('one')).toEqual(['restored', ['env TAKEN changed']])
  })
})

describe('commands', () => {
  test('each line is a shell of its own, and the first failure stops', async () => {
    const it = projectHere({
      'pipeline.yaml':
        'stages:\n  a:\n    cmd: |\n      X=1; cd /\n      echo "X=$X" > a\n    outs: [a]\n  b:\n    cmd:\n      - echo 1 > b\n      - exit 4\n      - echo 2 > never\n    outs: [b]\n',
    })
    const run = await it.run('--keep-going')
    expect(outcomesOf(run)).toEqual({ a: 'ran', b: 'failed' })
    expect(it.read('a')).toBe('X=\n')
    expect(run.stages[1]?.error).toMatchObject({
      code: 'STAGE_FAILED',
      place: { file: 'pipeline.yaml', line: 7, col: 3 },
    })
    expect(run.stages[1]?.error?.message).toContain('exited with 4')
    expect(it.has('b')).toBe(false)
    expect(it.has('never')).toBe(false)
  })

  test('a failure tells the last lines of the log, and where the whole is', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({ a: { cmd: 'seq 100 130 >&2; exit 1', outs: ['a'] } }),
    })
    const run = await it.run()
    expect(run.end.stderr).toContain('| 130')
    const log = run.stages[0]?.log ?? ''
    expect(it.read(log.replace(`${it.root}/`, ''))).toContain('100\n101')
  })

  test('any language: what a command prints without a newline, in bytes that are no text, or at length', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        a: {
          cmd: "printf 'no newline'; printf '\\377\\376'; seq 1 20000; printf 'last' >&2; echo a > a",
          outs: ['a'],
        },
      }),
    })
    const run = await it.run()
    expect(run.ok).toBe(true)
    expect(run.end.stderr).toContain('[a] last')
    expect(run.end.stderr).toContain('[a] 20000')
  })
})

describe('flags of outputs', () => {
  test('cache: false is not stored, so a lost one is made again', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({ a: { cmd: 'echo a > a', outs: [{ a: { cache: false } }] } }),
    })
    await it.run()
    expect(await it.outcomes()).toEqual({ a: 'cached' })
    expect(it.files('.weir/cache')).toEqual([])
    it.remove('a')
    expect(await it.outcomes()).toEqual({ a: 'ran' })
  })

  test('persist: the command finds what it wrote before', async () => {
    const it = projectHere({
      'in.txt': '1\n',
      'pipeline.yaml': pipeline({
        a: { cmd: 'cat in.txt >> a', deps: ['in.txt'], outs: [{ a: { persist: true } }] },
      }),
    })
    await it.run()
    it.write({ 'in.txt': '2\n' })
    expect(await it.outcomes()).toEqual({ a: 'ran' })
    expect(it.read('a')).toBe('1\n2\n')
  })

  test('without it the command finds nothing', async () => {
    const it = projectHere({
      'in.txt': '1\n',
      'pipeline.yaml': pipeline({ a: { cmd: 'cat in.txt >> a', deps: ['in.txt'], outs: ['a'] } }),
    })
    await it.run()
    it.write({ 'in.txt': '2\n' })
    await it.run()
    expect(it.read('a')).toBe('2\n')
  })

  test('an executable stays one through the cache', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        tool: { cmd: "printf '#!/bin/sh\\necho hi\\n' > tool; chmod +x tool", outs: ['tool'] },
        use: { cmd: './tool > said', deps: ['tool'], outs: ['said'] },
      }),
    })
    await it.run()
    it.remove('tool', 'said', '.weir/runs')
    expect(await it.outcomes()).toEqual({ tool: 'restored', use: 'restored' })
    expect(await it.outcomes('--force', '--only', 'use')).toEqual({ use: 'ran' })
  })

  test('metrics and plots are outputs like others', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        a: {
          cmd: 'echo \'{"auc": 0.5}\' > m.json; printf "x,y\\n1,2\\n2,3\\n" > p.csv',
          metrics: ['m.json'],
          plots: [{ 'p.csv': { x: 'x', y: 'y', title: 'The plot' } }],
        },
        b: { cmd: 'cat m.json p.csv > b', deps: ['m.json', 'p.csv'], outs: ['b'] },
      }),
    })
    expect(await it.outcomes()).toEqual({ a: 'ran', b: 'ran' })
    const page = it.read('reports/index.html')
    expect(page).toContain('auc')
    it.remove('m.json', 'p.csv')
    expect(await it.outcomes()).toEqual({ a: 'restored', b: 'cached' })
  })
})

describe('failure', () => {
  test('stops what was not started; --keep-going finishes what does not depend on it', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        bad: { cmd: 'false', outs: ['bad'] },
        after: { cmd: 'cp bad after', deps: ['bad'], outs: ['after'] },
        later: { cmd: 'cp after later', deps: ['after'], outs: ['later'] },
        good: { cmd: 'echo 1 > good', outs: ['good'] },
      }),
    })
    const stopped = await it.run('--jobs', '1')
    expect(stopped.end.code).toBe(1)
    expect(stopped.stages.map(({ outcome, reasons }) => [outcome, reasons[0]])).toEqual([
      ['failed', expect.anything()],
      ['skipped', 'bad failed'],
      ['skipped', 'bad failed'],
      ['skipped', 'the run ended before its turn'],
    ])
    const kept = await it.run('--jobs', '1', '--keep-going')
    expect(kept.end.code).toBe(1)
    expect(outcomesOf(kept)).toEqual({
      bad: 'failed',
      after: 'skipped',
      later: 'skipped',
      good: 'ran',
    })
  })

  test('what already runs is finished and kept', async () => {
    const it = projectHere({
      'pipeline.yaml': pipeline({
        bad: { cmd: `${controlled('bad')}`, outs: ['bad'] },
        long: { cmd: `${controlled('long')}`, outs: ['long'] },
      }),
    })
    await it.listen()
    const run = it.start(['run', '--json', '--jobs', '2'])
    const [bad, long] = [await it.nextInvocation('bad'), await it.nextInvocation('long')]
    bad.exit(1)
    await run.said('error[STAGE_FAILED]')
    long.exit(0, { long: 'x' })
    expect((await run.ended).code).toBe(1)
    expect(it.read('pipeline.lock')).toContain('"long"')
  })
})

describe('a file that a cmd names and the stage does not declare', () => {
  const MESSAGE =
    "its cmd names 'lib/sum.sh', which is not among its deps: a change there does not rerun it"
  const withScript = (deps: string[]) =>
    projectHere({
      'in.txt': '1\n',
      'lib/sum.sh': 'cat in.txt > a\n',
      'pipeline.yaml': pipeline({ a: { cmd: 'sh lib/sum.sh', deps, outs: ['a'] } }),
    })

  test('is warned of when the stage runs and by status, and not where nothing runs', async () => {
    const it = withScript(['in.txt'])
    const run = await it.run()
    expect(run).toMatchObject({ ok: true, warnings: [{ stage: 'a', message: MESSAGE }] })
    expect(run.end.stderr).toContain(`warning: a: ${MESSAGE}\n`)
    expect(await it.run()).not.toHaveProperty('warnings')
    for (const args of [['status'], ['run', '--dry-run']]) {
      const end = await it.weir([...args, '--json'])
      expect(jsonOf<RunJson>(end)).toMatchObject({ warnings: [{ stage: 'a', message: MESSAGE }] })
      expect(end.stderr).toContain(`warning: a: ${MESSAGE}\n`)
    }
  })

  test.each([[['in.txt', 'lib/sum.sh']], [['in.txt', 'lib']]])('not with deps %j', async (deps) => {
    const run = await withScript(deps).run()
    expect(run.ok).toBe(true)
    expect(run).not.toHaveProperty('warnings')
  })
})
