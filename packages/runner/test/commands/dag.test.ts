// `weir dag`: the pipeline, or what is selected of it, as text, Mermaid or JSON; what is wrong is said beside it.
import { describe, expect, it } from 'vitest'
import { dagCommand } from '../../src/commands/dag.ts'
import { folderWith } from '../project-folder.ts'
import { Pipeline } from '../run/rig.ts'
import { call } from './effects.ts'

const dag = ({ root }: Pipeline, ...argv: string[]) => call('dag', dagCommand, argv, root)

const diamond = () =>
  new Pipeline({
    a: { cmd: 'x', outs: ['a'], desc: 'the first' },
    b: { cmd: 'x', deps: ['a'], outs: ['b'] },
    c: { cmd: 'x', deps: ['a'], outs: ['c'] },
    d: { cmd: 'x', deps: ['b', 'c'], outs: ['d'] },
  })

describe('weir dag', () => {
  it('draws every stage below what it reads, with its description', async () => {
    const { code, out, err } = await dag(diamond())
    expect([code, err]).toEqual([0, ''])
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^[^a-d]*/, '')),
    ).toEqual(['a  the first', 'b', 'c', 'd'])
  })

  it('as JSON has the edges between what is selected, and no other', async () => {
    const it = diamond()
    expect(JSON.parse((await dag(it, '--json')).out)).toEqual({
      stages: [{ name: 'a', desc: 'the first' }, { name: 'b' }, { name: 'c' }, { name: 'd' }],
      edges: [
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'd'],
        ['c', 'd'],
      ],
    })
    expect(JSON.parse((await dag(it, 'b', '--json')).out)).toEqual({
      stages: [{ name: 'a', desc: 'the first' }, { name: 'b' }],
      edges: [['a', 'b']],
    })
    expect(JSON.parse((await dag(it, '--only', 'a,d', '--json')).out).edges).toEqual([])
    const from = JSON.parse((await dag(it, '--from', 'b', '--json')).out)
    expect(from).toEqual({ stages: [{ name: 'b' }, { name: 'd' }], edges: [['b', 'd']] })
  })

  it('as Mermaid numbers the stages that are selected', async () => {
    expect((await dag(diamond(), 'b', '--mermaid')).out).toBe(
      'flowchart TD\n  s1["a"]\n  s2["b"]\n  s1 --> s2\n',
    )
  })

  it('draws stages that cannot run too, and says what is wrong with them once', async () => {
    const it = new Pipeline({
      a: { cmd: 'x', outs: ['a'], params: ['gone'] },
      b: { cmd: 'x', deps: ['a'] },
    })
    const { code, out, err } = await dag(it)
    expect(code).toBe(0)
    expect(out).toMatch(/ a\n.* b\n$/)
    expect(err.match(/error\[PARAM_MISSING\]/g)).toHaveLength(1)
    const json = JSON.parse((await dag(it, '--json')).out)
    expect(json.stages[0].problems).toMatchObject([{ code: 'PARAM_MISSING' }])
    expect(json.stages[1]).toEqual({ name: 'b' })
  })

  it.each([
    [['nowhere'], 'UNKNOWN_STAGE'],
    [['--only', 'a', '--until', 'b'], 'USAGE'],
    [['--mermaidd'], 'USAGE'],
  ])('%j is refused, also as JSON', async (argv, error) => {
    const { code, out, err } = await dag(diamond(), ...argv, '--json')
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ ok: false, errors: [{ code: error }] })
    expect(err).toContain(`error[${error}]`)
  })

  it('outside of a project is refused with what to do', async () => {
    const { code, out, err } = await call('dag', dagCommand, [], folderWith())
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/^error\[NO_PROJECT\]: .*\n(.*\n)*? {2}help: /)
  })
})
