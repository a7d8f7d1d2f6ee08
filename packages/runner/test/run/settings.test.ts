// -S beside the file: what it would be, whether that may still be written, and whether it is to go back.
import { describe, expect, it } from 'vitest'
import { layoutOf } from '../../src/config/layout.ts'
import { readSettings } from '../../src/plan/settings.ts'
import type { StageResult } from '../../src/session/events.ts'
import { prepareWrite } from '../../src/session/settings.ts'
import { write } from '../project-folder.ts'
import { Pipeline } from './rig.ts'

const PARAMS = 'n: 1\nm: 2\nin: { k: 0 }\n'

function pipeline(): Pipeline {
  return new Pipeline({ a: { cmd: 'echo', outs: ['a'] } }, { 'params.yaml': PARAMS })
}

async function prepared(root: string, ...assignments: string[]) {
  const read = await readSettings(layoutOf(root).params, assignments)
  if (!read.ok) throw new Error('refused')
  return prepareWrite(layoutOf(root).params, read.settings)
}

/** A stage that ran, and one that failed for the value of a param, or for something else. */
const results = (param: string | undefined): StageResult[] => [
  { name: 'a', outcome: 'ran', reasons: [], seconds: 0 },
  {
    name: 'b',
    outcome: 'failed',
    reasons: [],
    seconds: 0,
    problem: { code: 'REFUSED', message: 'no', ...(param !== undefined && { param }) },
  },
]

describe('settings', () => {
  it('are a text beside the file; none where they change nothing', async () => {
    const { root } = pipeline()
    expect(await readSettings(layoutOf(root).params, ['n=5'])).toEqual({
      ok: true,
      settings: {
        old: PARAMS,
        overlay: { 'params.yaml': 'n: 5\nm: 2\nin: { k: 0 }\n' },
        keys: ['n'],
      },
    })
    expect(await readSettings(layoutOf(root).params, ['n=1'])).toMatchObject({
      settings: { overlay: {} },
    })
    expect(await readSettings(layoutOf(root).params, [])).toMatchObject({
      settings: { overlay: {} },
    })
    expect(await readSettings(layoutOf(root).params, ['k=1', 'n=x'])).toMatchObject({
      ok: false,
      problems: [{ code: 'PARAM_MISSING' }, { code: 'PARAM_TYPE' }],
    })
  })

  it('are not written over what somebody else has written meanwhile', async () => {
    const it = pipeline()
    const params = await prepared(it.root, 'n=5')
    write(it.root, { 'params.yaml': 'n: 9\nm: 2\n' })
    expect(params.write()).toMatchObject({ code: 'INPUT_CHANGED', place: { file: 'params.yaml' } })
    expect(it.read('params.yaml')).toBe('n: 9\nm: 2\n')
  })

  it.each([
    ['for the value that was set', 'n', ['n=5'], true],
    ['for a part of the map that was set', 'in.k', ['in={k: 1}'], true],
    ['for a map of which a part was set', 'in', ['in.k=1'], true],
    ['for the value that was set by a key in brackets', 'in.k', ['in[k]=1'], true],
    ['for the value of another param', 'm', ['n=5'], false],
    ['for a param whose name begins alike', 'nn', ['n=5'], false],
    ['for something else', undefined, ['n=5'], false],
  ])('are put back or not where a stage failed: %s', async (_, param, assignments, back) => {
    const it = pipeline()
    const params = await prepared(it.root, ...assignments)
    expect(params.write()).toBeUndefined()
    const written = it.read('params.yaml')
    expect(written).not.toBe(PARAMS)
    expect(params.putBack(results(param))).toBe(back)
    expect(it.read('params.yaml')).toBe(back ? PARAMS : written)
  })

  it('are taken back after an error, unless somebody has written since', async () => {
    const it = pipeline()
    const params = await prepared(it.root, 'n=5')
    params.write()
    params.undo()
    expect(it.read('params.yaml')).toBe(PARAMS)
    params.write()
    write(it.root, { 'params.yaml': 'n: 9\n' })
    params.undo()
    expect(it.read('params.yaml')).toBe('n: 9\n')
  })
})
