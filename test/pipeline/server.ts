// A real server of a project on a free port, and requests that go on while something happens to it.
import { spawn } from 'node:child_process'
import { onTestFinished } from 'vitest'
import { type Churn, LAUNCHER } from './rig.ts'

/** An answer of the server. */
export interface Reply {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** The parts of a prediction that tests read. */
export interface Prediction {
  readonly user_id: string
  readonly prediction: 0 | 1
  readonly probability: number
  readonly model: { readonly name: string; readonly version: number }
  readonly features_used: Readonly<Record<string, unknown>>
}

export interface Server {
  readonly url: string
  readonly pid: number
  post(path: string, body: object): Promise<Reply>
  get(path: string): Promise<Reply>
  /** Resolves when the server answers with a version of the model. */
  serves(version: number): Promise<void>
}

/** Starts `weir serve` in a project and waits for its address; it ends with the test. */
export async function serve(it: Churn): Promise<Server> {
  const child = spawn(process.execPath, [it.path(LAUNCHER), 'serve'], {
    cwd: it.root,
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const url = await new Promise<string>((done, fail) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk
      const found = /http:\S+/.exec(said)
      if (found) done(found[0])
    })
    child.once('close', () => fail(new Error(said)))
  })
  const get = (path: string) => ask(`${url}${path}`)
  return {
    url,
    pid: child.pid ?? 0,
    get,
    post: (path, body) =>
      ask(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    async serves(version) {
      for (const end = Date.now() + 20_000; Date.now() < end; await pause(20))
        if ((await get('/model')).body.version === version) return
      throw new Error(`version ${version} is not served`)
    },
  }
}

async function ask(url: string, init?: RequestInit): Promise<Reply> {
  const reply = await fetch(url, init)
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}

/** Asks again and again until the work is done; resolves to every reply, in order. */
export async function askWhile(
  server: Server,
  body: object,
  work: () => Promise<unknown>,
): Promise<Reply[]> {
  const replies: Reply[] = []
  let busy = true
  const asking = (async () => {
    for (; busy; await pause(10)) replies.push(await server.post('/predict', body))
  })()
  await work().finally(() => {
    busy = false
  })
  await asking
  return replies
}

/** The versions that answered, each once, in order of their first answer. */
export function versionsOf(replies: readonly Reply[]): number[] {
  const versions = replies.map(({ body }) => (body as unknown as Prediction).model.version)
  return [...new Set(versions)]
}
