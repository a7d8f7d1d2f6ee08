// Figures from files of a stage: metrics and plots, also where they hold what JSON does not.

import { canonicalJson } from '@weir/base'
import { describe, expect, it } from 'vitest'
import type { Out, Stage } from '../../src/config/model.ts'
import { readMetrics } from '../../src/session/metric-files.ts'
import { plotBlock } from '../../src/session/plots.ts'
import { folderWith } from '../project-folder.ts'

const out = (path: string, kind: Out['kind']): Out => ({ path, kind, cache: true, persist: false })

describe('metrics', () => {
  it('that are no number stay what they are, as text', async () => {
    const root = folderWith({
      'm.yaml': 'auc: .nan\nloss: {train: -.inf, test: 0.5}\n',
      'n.json': '{"big": 1e999, "none": null}',
    })
    const outs = [out('m.yaml', 'metric'), out('n.json', 'metric')]
    expect(await readMetrics(root, { outs } as unknown as Stage)).toEqual({
      auc: 'NaN',
      'loss.train': '-Infinity',
      'loss.test': 0.5,
      big: 'Infinity',
      none: null,
    })
  })

  it('are named by where they stand, in files of JSON and YAML only, the later file first', async () => {
    const root = folderWith({
      'a.json': '{"x": 1, "deep": {"er": {"y": "text", "list": [1, 2]}}, "ok": true}',
      'b.yml': 'x: 2\n"a.b": 3\n',
      'c.csv': 'x\n9\n',
      'out.json': '{"no": "metric"}',
    })
    const outs = [
      ...['a.json', 'b.yml', 'c.csv', 'absent.json'].map((path) => out(path, 'metric')),
      out('out.json', 'out'),
    ]
    expect(await readMetrics(root, { outs } as unknown as Stage)).toEqual({
      x: 2,
      'deep.er.y': 'text',
      ok: true,
      'a.b': 3,
    })
  })

  it.each(['{', '[1, 2]', '"text"', '3', 'null', ''])('of %j are none', async (text) => {
    const outs = [out('m.json', 'metric')]
    const root = folderWith({ 'm.json': text })
    expect(await readMetrics(root, { outs } as unknown as Stage)).toEqual({})
  })
})

describe('a plot', () => {
  /** The canonical text of a plot's chart: by its digest a drawing is remembered. */
  async function chartOf(name: string, text: string): Promise<string> {
    const block = await plotBlock(folderWith({ [name]: text }), out(name, 'plot'))
    if (block?.kind !== 'chart') throw new Error(JSON.stringify(block))
    return canonicalJson(block.spec)
  }

  it('with a value that is no number has a gap there', async () => {
    const chart = await chartOf('p.json', '[{"x": 1, "y": 1e999}, {"x": 2, "y": 3}]')
    expect(chart).toContain('"values":[{"step":0,"y":null},{"step":1,"y":3}]')
  })
})
