// Declared plots: which columns are drawn, how many rows, and what is said of a file that cannot be drawn.
import { describe, expect, it } from 'vitest'
import type { PlotProps } from '../../src/config/model.ts'
import { plotBlock } from '../../src/session/plots.ts'
import { folderWith } from '../project-folder.ts'

async function blockOf(name: string, text: string, plot?: PlotProps) {
  const out = { path: name, kind: 'plot', cache: true, persist: false, ...(plot && { plot }) }
  return plotBlock(folderWith({ [name]: text }), out as Parameters<typeof plotBlock>[1])
}

/** A chart's rows and the fields and titles of its axes. */
async function drawn(name: string, text: string, plot?: PlotProps) {
  const block = await blockOf(name, text, plot)
  if (block?.kind !== 'chart') throw new Error(JSON.stringify(block))
  const { data, encoding, mark } = block.spec as unknown as {
    data: { values: Record<string, unknown>[] }
    encoding: Record<'x' | 'y', { field: string; title: string; type: string }>
    mark: { point: boolean }
  }
  return { ...block, values: data.values, ...encoding, mark }
}

async function wordsOf(name: string, text: string, plot?: PlotProps): Promise<string> {
  const block = await blockOf(name, text, plot)
  if (block?.kind !== 'markdown') throw new Error(JSON.stringify(block))
  return block.text
}

describe('the columns', () => {
  it('are the last one over the number of the row', async () => {
    const { values, x, y, alt } = await drawn(
      'loss.csv',
      'epoch,train,test\n1,0.9,0.8\n2,0.7,0.6\n',
    )
    expect(values).toEqual([
      { step: 0, test: 0.8 },
      { step: 1, test: 0.6 },
    ])
    expect([x.field, y.field, x.type]).toEqual(['step', 'test', 'quantitative'])
    expect(alt).toBe('loss.csv: test over step, 2 rows')
  })

  it('are those that are named, with their titles', async () => {
    const plot = { x: 'month', y: 'n', title: 'Users', x_label: 'Month', y_label: 'Count' }
    const found = await drawn('n.tsv', 'n\tmonth\tz\n5\tJan\t0\n6\tFeb\t0\n', plot)
    expect(found.values).toEqual([
      { month: 'Jan', n: 5 },
      { month: 'Feb', n: 6 },
    ])
    expect([found.x.title, found.x.type]).toEqual(['Month', 'nominal'])
    expect([found.y.title, found.y.type]).toEqual(['Count', 'quantitative'])
    expect([found.title, found.alt]).toEqual(['Users', 'Users: n over month, 2 rows'])
  })

  it('a column called step that is drawn keeps its values', async () => {
    const { values, x, y } = await drawn('p.csv', 'loss,step\n0.9,10\n0.7,20\n')
    expect(y.field).toBe('step')
    expect(values.map((row) => row.step)).toEqual([10, 20])
    expect(values.map((row) => row[x.field])).toEqual([0, 1])
  })

  it('with signs that Vega-Lite reads as a path are escaped', async () => {
    const { y, values } = await drawn('p.csv', 'auc.test[0]\n0.5\n')
    expect(y).toMatchObject({ field: 'auc\\.test\\[0\\]', title: 'auc.test[0]' })
    expect(values).toEqual([{ step: 0, 'auc.test[0]': 0.5 }])
  })
})

describe('the rows', () => {
  it('of a JSON document may stand under a name', async () => {
    const { values } = await drawn('p.json', '{"about": "x", "points": [{"v": 1}, {"v": 2}]}')
    expect(values.map(({ v }) => v)).toEqual([1, 2])
  })

  it('are thinned evenly beyond a thousand, and the first and last stay', async () => {
    const text = `v\n${Array.from({ length: 2500 }, (_, n) => n).join('\n')}\n`
    const { values } = await drawn('p.csv', text)
    const shown = values.map(({ v }) => Number(v))
    expect([shown[0], shown[1], shown[2], shown.at(-1)]).toEqual([0, 3, 6, 2499])
    expect(shown.length).toBeLessThanOrEqual(1000)
    expect((await drawn('p.csv', text.split('\n').slice(0, 1001).join('\n'))).values).toHaveLength(
      1000,
    )
  })

  it('are marked by points where they are few', async () => {
    const points = async (count: number) =>
      (await drawn('p.csv', `v\n${'1\n'.repeat(count)}`)).mark.point
    expect(await Promise.all([points(50), points(51)])).toEqual([true, false])
  })
})

describe('a file that cannot be drawn is said with its reason:', () => {
  it.each([
    ['an absent column', 'p.csv', 'a,b\n1,2\n', { y: 'c' }, "it has no column 'c'"],
    ['an absent x', 'p.csv', 'a,b\n1,2\n', { x: 'c' }, "it has no column 'c'"],
    ['no rows', 'p.csv', 'a,b\n', {}, "it has no column 'y'"],
    ['no list', 'p.json', '{"a": 1}', {}, 'expected a list of rows with named columns'],
    ['bare values', 'p.json', '[1, 2]', {}, 'expected a list of rows with named columns'],
  ])('%s', async (_, name, text, plot, reason) => {
    expect(await wordsOf(name, text, plot)).toBe(
      `The plot \`${name}\` could not be drawn: ${reason}`,
    )
  })

  it('what is no JSON, and what is not there', async () => {
    expect(await wordsOf('p.json', '{')).toMatch(/^The plot `p.json` could not be drawn: ./)
    const absent = { path: 'none.csv', kind: 'plot', cache: true, persist: false } as const
    expect(await plotBlock(folderWith(), absent)).toMatchObject({ kind: 'markdown' })
  })
})

it('a picture or a page is none of the runner’s to draw', async () => {
  expect(await blockOf('p.svg', '<svg/>')).toBeUndefined()
  expect(await blockOf('p.html', 'x')).toBeUndefined()
})
