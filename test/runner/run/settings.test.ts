// -S beside the file: what it would be, whether that may still be written, and whether it is to go back.
import { describe, expect, it } from 'vitest'
import type { StageResult } from '../../../runner/run/events.ts'
import { prepareWrite, readSettings } from '../../../runner/run/settings.ts'
import { openWorkspace } from '../../../runner/run/workspace.ts'
import { write } from '../project-folder.ts'
import { Pipeline, surroundings } from './rig.ts'

const PARAMS = 'n: 1\nm: 2\n'

function pipeline(): Pipeline {
  return new Pipeline(
    {
      free: { cmd: 'echo', outs: ['free'] },
      text: { cmd: 'echo ${n}', outs: ['text'] },
      param: { cmd: 'echo', params: ['n'], outs: ['param'] },
      other: { cmd: 'echo', params: ['m'], outs: ['other'] },
      frozen: { cmd: 'echo ${n}', outs: ['frozen'], frozen: true },
    },
    { 'params.yaml': PARAMS },
  )
}

async function prepared(root: string, ...assignments: string[]) {
  const read = await readSettings(root, assignments)
  if (!read.ok) throw new Error('refused')
  const opened = await openWorkspace(root, surroundings(root), undefined, read.settings.overlay)
  if (!opened.ok) throw new Error('not opened')
  return prepareWrite(opened.workspace, read.settings)
}

const results = (outcomes: Readonly<Record<string, StageResult['outcome']>>): StageResult[] =>
  Object.entries(outcomes).map(([name, outcome]) => ({ name, outcome, reasons: [], seconds: 0 }))

describe('settings', () => {
  it('are a text beside the file; none where they change nothing', async () => {
    const { root } = pipeline()
    expect(await readSettings(root, ['n=5'])).toEqual({
      ok: true,
      settings: { old: PARAMS, overlay: { 'params.yaml': 'n: 5\nm: 2\n' } },
    })
    expect(await readSettings(root, ['n=1'])).toMatchObject({ settings: { overlay: {} } })
    expect(await readSettings(root, [])).toMatchObject({ settings: { overlay: {} } })
    expect(await readSettings(root, ['k=1', 'n=x'])).toMatchObject({
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
    ['a stage that reads them failed', { free: 'ran', text: 'failed', other: 'ran' }, true],
    ['and another was skipped', { text: 'failed', param: 'skipped' }, true],
    ['but another ran with them', { text: 'ran', param: 'failed' }, false],
    ['but another was restored with them', { text: 'restored', param: 'failed' }, false],
    ['but another was up to date with them', { text: 'cached', param: 'failed' }, false],
    ['only one that is frozen was up to date', { frozen: 'cached', param: 'failed' }, true],
    ['only stages that do not read them failed', { free: 'failed', other: 'failed' }, false],
    ['nothing failed', { text: 'skipped', param: 'skipped' }, false],
  ] as const)('are put back or not: %s', async (_, outcomes, back) => {
    const it = pipeline()
    const params = await prepared(it.root, 'n=5')
    expect(params.write()).toBeUndefined()
    expect(it.read('params.yaml')).toBe('n: 5\nm: 2\n')
    expect(params.putBack(results(outcomes))).toBe(back)
    expect(it.read('params.yaml')).toBe(back ? PARAMS : 'n: 5\nm: 2\n')
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
