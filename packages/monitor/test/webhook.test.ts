// Webhooks, sent to a real server: the body, the signature, what is tried again, and what hangs.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bodyOf, send, signatureOf } from '../src/webhook.ts'

interface Got {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that answers as it is told, request by request; the last answer lasts. */
async function server(...answers: ((response: ServerResponse) => void)[]) {
  const got: Got[] = []
  const listening = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (part: string) => {
      body += part
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body })
      answers[Math.min(got.length, answers.length) - 1]?.(response)
    })
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    listening.closeAllConnections()
    listening.close()
  })
  const { port } = listening.address() as AddressInfo
  const close = () => new Promise((closed) => listening.close(closed))
  return { url: `http://127.0.0.1:${port}/hook?token=secret`, got, close }
}

const status =
  (code: number, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(code, headers).end('done')
  }
const hang = () => {}
const drop = (response: ServerResponse) => void response.destroy()

const NOW = new Date('2024-03-01T06:00:00.500Z')
const quick = {
  now: () => NOW,
  signal: new AbortController().signal,
  limit: 20_000,
  pauses: [1, 1],
}
/** A limit for servers that never answer. */
const short = { ...quick, limit: 300 }
const to = (url: string, secret: string | null = null) => ({ url, host: 'h', place: 'h', secret })

describe('send', () => {
  it('posts the text as Slack takes it', async () => {
    const { url, got } = await server(status(200))
    const body = bodyOf('churn', { cause: 'promoted v2', text: 'Version 2 is in.' }, NOW)
    expect(await send(to(url), body, quick)).toBeUndefined()
    expect(got).toHaveLength(1)
    expect(JSON.parse(got[0]?.body ?? '')).toEqual({
      text: '[churn] Version 2 is in.',
      cause: 'promoted v2',
      project: 'churn',
      at: '2024-03-01T06:00:00.500Z',
    })
    expect(got[0]?.headers['content-type']).toBe('application/json')
    expect(got[0]?.headers['x-weir-signature']).toBeUndefined()
  })

  it('signs the time with the body, as openssl does', async () => {
    const { url, got } = await server(status(204))
    await send(to(url, 'key'), '{"a":1}', quick)
    const headers = got[0]?.headers
    expect(headers?.['x-weir-timestamp']).toBe('1709272800')
    // printf '1709272800.{"a":1}' | openssl dgst -sha256 -hmac key
    expect(headers?.['x-weir-signature']).toBe(
      'v1=7d800307a0ea911e55276c8d50904515de7e76f6bba6a9cde16f54b4cc78a17f',
    )
    expect(signatureOf('key', '1709272801', '{"a":1}')).not.toBe(headers?.['x-weir-signature'])
  })

  it.each([
    ['500', [status(500), status(200)]],
    ['429', [status(429), status(200)]],
    ['408', [status(408), status(200)]],
    ['a dropped connection', [drop, status(200)]],
  ])('tries again after %s', async (_, answers) => {
    const { url, got } = await server(...answers)
    expect(await send(to(url), '{}', quick)).toBeUndefined()
    expect(got).toHaveLength(2)
  })

  it('ends an attempt that hangs, and tries again', async () => {
    const { url, got } = await server(hang)
    expect(await send(to(url), '{}', short)).toBe('no answer within 0.3 s')
    expect(got).toHaveLength(3)
  })

  it.each([
    [status(404), 'it answered 404', 1],
    [status(500), 'it answered 500', 3],
    [status(302, { location: 'http://127.0.0.1:1/' }), 'unexpected redirect', 3],
  ])('gives up and says why', async (answer, why, tries) => {
    const { url, got } = await server(answer)
    expect(await send(to(url), '{}', quick)).toContain(why)
    expect(got).toHaveLength(tries)
  })

  it('says what keeps it from an address, which it does not repeat', async () => {
    const { url, close } = await server(status(200))
    await close()
    const why = await send(to(url), '{}', quick)
    expect(why).toContain('ECONNREFUSED')
    expect(why).not.toContain('secret')
  })

  it('stops at once when it is told to', async () => {
    const stop = new AbortController()
    const { url, got } = await server(hang)
    const sending = send(to(url), '{}', { ...quick, limit: 60_000, signal: stop.signal })
    await expect.poll(() => got.length).toBe(1)
    stop.abort()
    expect(await sending).toContain('interrupted')
    expect(got).toHaveLength(1)
  })
})
