// Throughput of POST /predict, against a bare Fastify route that echoes the same bodies, in one run:
// `npm run bench -- bench/serve.ts [PROJECT]`. PROJECT has a model in Production and online features; without it a small
// model made by hand is served. Prints one JSON document; the aim by user is a ratio of at least 0.5.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openRegistry } from '@weir/registry/registry'
import { tablePath } from '@weir/registry/table'
import { loadOnline } from '@weir/serve/online'
import { startServer } from '@weir/serve/server'
import autocannon from 'autocannon'
import Fastify from 'fastify'
import { project, promote, writeOnline } from '../serve/test/rig.ts'

const SECONDS_A_TURN = 1
const TURNS = 5
const CONNECTIONS = 20
/** By user each prediction is computed once and kept, as it is in life; by features each one is computed. */
const USERS = 1000

interface Place {
  readonly store: string
  readonly features: string
  /** A folder of this bench, to be removed after it. */
  readonly scratch?: string
}

async function placeOf(folder: string | undefined): Promise<Place> {
  if (folder !== undefined) {
    const store = join(folder, 'models')
    const [model] = (await openRegistry(store).state()).values()
    if (!model?.table) throw new Error(`${store} has no feature table live`)
    return { store, features: tablePath(store, model.table.digest) }
  }
  const home = project()
  await promote(home, 2)
  await writeOnline(home.features)
  return { store: home.store, features: home.features, scratch: home.root }
}

async function bare(): Promise<string> {
  const app = Fastify()
  app.post('/predict', (request) => request.body)
  return app.listen({ host: '127.0.0.1', port: 0 })
}

async function weir({ store, features }: Place): Promise<string> {
  const place = { host: '127.0.0.1', port: 0, pollMs: 1000, name: null }
  const { url } = await startServer({
    store,
    features,
    ...place,
    logger: { level: 'info' },
  })
  return url
}

async function child(side: string, place: Place): Promise<{ url: string; process: ChildProcess }> {
  const args = [fileURLToPath(import.meta.url), side, JSON.stringify(place)]
  const process_ = spawn(process.execPath, [...process.execArgv, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [url] = (await once(process_, 'message')) as [string]
  return { url, process: process_ }
}

/** Requests a second over one turn. Throws when any answer is not a 200. */
async function rate(url: string, bodies: readonly string[]): Promise<number> {
  const result = await autocannon({
    url: `${url}/predict`,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    requests: bodies.map((body) => ({ body })),
    connections: CONNECTIONS,
    duration: SECONDS_A_TURN,
  })
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: ${result.non2xx} answers failed`)
  return result['2xx'] / result.duration
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

type Sides = Readonly<Record<'bare' | 'weir', { url: string; process: ChildProcess }>>

/** Both sides turn about with the same bodies, so that a busy machine is busy for both; the first turn warms up. */
async function ratio(sides: Sides, bodies: readonly string[]) {
  const rates = { bare: [] as number[], weir: [] as number[] }
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const side of ['bare', 'weir'] as const) {
      const found = await rate(sides[side].url, bodies)
      if (turn > 0) rates[side].push(found)
    }
  }
  const [weir, bare] = [median(rates.weir), median(rates.bare)]
  return { weir: Math.round(weir), bare: Math.round(bare), ratio: Number((weir / bare).toFixed(3)) }
}

/** The bodies that bring each user's features along. */
async function featureBodies(url: string, ids: readonly string[]): Promise<string[]> {
  const bodies: string[] = []
  for (const id of ids) {
    const answer = await fetch(`${url}/features/${encodeURIComponent(id)}`)
    const { features } = (await answer.json()) as { features: object }
    bodies.push(JSON.stringify({ features }))
  }
  return bodies
}

async function compare(folder: string | undefined): Promise<void> {
  const place = await placeOf(folder)
  const table = await loadOnline(place.features)
  const ids = [...table.index.keys()].slice(0, USERS)
  const sides = { bare: await child('bare', place), weir: await child('weir', place) }
  const byUser = ids.map((id) => JSON.stringify({ [table.manifest.entity]: id }))
  const found = {
    users: ids.length,
    requestsPerSecondByUser: await ratio(sides, byUser),
    requestsPerSecondByFeatures: await ratio(sides, await featureBodies(sides.weir.url, ids)),
  }
  for (const { process } of Object.values(sides)) process.kill()
  if (place.scratch !== undefined) rmSync(place.scratch, { recursive: true, force: true })
  console.log(JSON.stringify(found))
}

const [first, place] = process.argv.slice(2)
if (place === undefined) await compare(first)
else process.send?.(await (first === 'bare' ? bare() : weir(JSON.parse(place) as Place)))
