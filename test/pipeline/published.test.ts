// What is served after each month: model and feature table as one pair of the registry, whatever the pipeline's
// folders hold. A server that was started before anything follows.
import { describe, expect, test } from 'vitest'
import { afterMonth1, afterMonth2, freshClone, MONTH_1, MONTH_2, MONTH_3, stageOf } from './rig.ts'
import { type Server, serve } from './server.ts'

/** Version and period that the server answers with; null while it is not ready. */
async function served(server: Server): Promise<string | null> {
  const { status, body } = await server.get('/ready')
  if (status !== 200) return null
  const { model, features } = body as {
    model: { version: number }
    features: { as_of: string }
  }
  return `v${model.version} ${features.as_of}`
}

/** Resolves when the server answers with a pair. */
async function serves(server: Server, pair: string): Promise<void> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if ((await served(server)) === pair) return
    await new Promise((done) => setTimeout(done, 20))
  }
  expect(await served(server)).toBe(pair)
}

describe('--until promote leaves a pair that answers', () => {
  test('in a fresh clone, and without the folders of the pipeline', async () => {
    const it = freshClone()
    const server = await serve(it)
    expect(await served(server)).toBeNull()
    await it.outcomes('--until', 'promote')
    await serves(server, `v1 ${MONTH_1}`)
    it.remove('artifacts', 'reports', 'simulated')
    const again = await serve(it)
    expect(await served(again)).toBe(`v1 ${MONTH_1}`)
  })

  test('in a month without retraining; looking back changes nothing, a person may go back', async () => {
    const it = await afterMonth2()
    const server = await serve(it)
    expect(await served(server)).toBe(`v2 ${MONTH_2}`)
    const run = await it.run('--until', 'promote', '-S', `as_of=${MONTH_3}`)
    expect(run.end.code).toBe(0)
    expect(stageOf(run, 'publish_standing').outcome).toBe('ran')
    expect(stageOf(run, 'promote').outcome).toBe('skipped')
    await serves(server, `v2 ${MONTH_3}`)

    // Run, and not restored: its code has changed since.
    it.edit('stages/publish-standing.ts', 'log(published.reason)', 'log(`${published.reason}.`)')
    const back = await it.run('-S', `as_of=${MONTH_2}`)
    expect(stageOf(back, 'publish_standing').outcome).toBe('ran')
    expect(it.json('artifacts/publication.json')).toMatchObject({ version: 2, live: false })
    expect(await served(server)).toBe(`v2 ${MONTH_3}`)

    const person = await it.weir('registry', 'publish', MONTH_2, '--reason', 'a wrong export')
    expect(person).toMatchObject({ code: 0 })
    await serves(server, `v2 ${MONTH_2}`)
  })

  test('where a candidate is refused: the version that stays, with the month’s features', async () => {
    const it = await afterMonth1()
    const server = await serve(it)
    const run = await it.run(
      '--until',
      'promote',
      '-S',
      `as_of=${MONTH_2}`,
      '-S',
      'promote.min_gain=0.9',
    )
    expect(run.end.code).toBe(0)
    expect(it.json('artifacts/promotion.json')).toMatchObject({ decision: 'rejected', version: 2 })
    await serves(server, `v1 ${MONTH_2}`)
    const live = (await it.weir('registry', 'history', '--json')).stdout
    const types = JSON.parse(live).events.map(({ type }: { type: string }) => type)
    expect(types.slice(-4)).toEqual(['published', 'registered', 'evaluated', 'rejected'])
  })
})
