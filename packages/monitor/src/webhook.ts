// Sends an alert to a webhook: JSON as Slack takes it, signed, under a time limit, a few times.
import { createHmac } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Alert } from '@weir/formats/monitor-line'

export interface Webhook {
  readonly url: string
  /** Its host, as people are told: the rest of an address may be a secret. */
  readonly host: string
  /** What the journal calls it: its host, and where several have that host the beginning of its digest. */
  readonly place: string
  /** Signs what is sent; without it nothing is signed. */
  readonly secret: string | null
}

export interface Sending {
  readonly now: () => Date
  readonly signal: AbortSignal
  /** How long one attempt may take, in ms. */
  readonly limit?: number
  /** How long it waits before each further attempt, in ms; as many attempts follow. */
  readonly pauses?: readonly number[]
}

const LIMIT_MS = 10_000
const PAUSES_MS = [1000, 4000]

/** What an alert is sent as. `text` is what Slack and those that follow it show. */
export function bodyOf(project: string, { cause, text }: Alert, at: Date): string {
  return JSON.stringify({ text: `[${project}] ${text}`, cause, project, at: at.toISOString() })
}

/**
 * The signature of a body: `v1=` and the hexadecimal HMAC-SHA-256 of `TIMESTAMP.BODY`. The time is signed too, so that
 * a receiver can refuse what somebody recorded and sends again.
 */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`
}

/** Sends; undefined where it was taken, else why not. Answers of 4xx are final, but for 408 and 429. */
export async function send(
  { url, secret }: Webhook,
  body: string,
  { now, signal, limit = LIMIT_MS, pauses = PAUSES_MS }: Sending,
): Promise<string | undefined> {
  const timestamp = String(Math.floor(now().getTime() / 1000))
  const headers = {
    'content-type': 'application/json',
    ...(secret !== null && {
      'x-weir-timestamp': timestamp,
      'x-weir-signature': signatureOf(secret, timestamp, body),
    }),
  }
  let last = 'not tried'
  for (const pause of [0, ...pauses]) {
    if (pause > 0) await sleep(pause, undefined, { signal }).catch(() => {})
    if (signal.aborted) return `interrupted; before that: ${last}`
    const tried = await attempt(
      url,
      { method: 'POST', headers, body, redirect: 'error' },
      limit,
      signal,
    )
    if (tried === undefined) return undefined
    last = tried.why
    if (tried.final) return last
  }
  return last
}

interface Failed {
  readonly why: string
  readonly final: boolean
}

async function attempt(
  url: string,
  request: RequestInit,
  limit: number,
  stop: AbortSignal,
): Promise<Failed | undefined> {
  const timeout = AbortSignal.timeout(limit)
  try {
    const answer = await fetch(url, { ...request, signal: AbortSignal.any([timeout, stop]) })
    await answer.body?.cancel()
    if (answer.ok) return undefined
    const { status } = answer
    return {
      why: `it answered ${status}`,
      final: status >= 400 && status < 500 && status !== 408 && status !== 429,
    }
  } catch (error) {
    if (timeout.aborted) return { why: `no answer within ${limit / 1000} s`, final: false }
    return { why: causeOf(error), final: false }
  }
}

/** What fetch says is `fetch failed`; why, is its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
