// A debugger, in a process of its own for the WebSocket that Node 20 has behind an option. It attaches at the address
// that it is given and lets the cell go on, to a breakpoint at a line of a source and then to the end; prints as JSON
// where it paused, by the source map.
import { readFileSync } from 'node:fs'
import type { Debugger } from 'node:inspector'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'

/** What comes: the answer to a request, or an event. */
type Message =
  | { readonly id: number; readonly error?: { readonly message: string } }
  | { readonly id?: undefined; readonly method: string; readonly params: unknown }

/** Who waits for an answer. */
interface Asked {
  resolve(): void
  reject(error: Error): void
}

const [address = '', source = '', line] = process.argv.slice(2)
const socket = new WebSocket(address)
const waiting = new Map<number, Asked>()
/** By the id of its script. */
const maps = new Map<string, SourceMap>()
const paused: { readonly source: string; readonly line: number }[] = []
let count = 0

function ask(method: string, params: object = {}): Promise<void> {
  const id = ++count
  socket.send(JSON.stringify({ id, method, params }))
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
}

/** The place in a source, lines from 0 on, of a place in a script. */
function originOf(map: SourceMap | undefined, lineNumber: number, column: number) {
  const entry = map?.findEntry(lineNumber, column)
  if (!entry || !('originalSource' in entry)) return undefined
  return { source: entry.originalSource, line: entry.originalLine }
}

/** A script with a map is about to run: its breakpoint is set at the first line that was made from the source's. */
async function beforeScript({ scriptId, url, sourceMapURL }: Debugger.ScriptParsedEventDataType) {
  const map = new SourceMap(
    JSON.parse(readFileSync(fileURLToPath(new URL(sourceMapURL ?? '', url)), 'utf8')),
  )
  maps.set(scriptId, map)
  const lines = readFileSync(fileURLToPath(url), 'utf8').split('\n')
  const lineNumber = lines.findIndex((_, made) => {
    const origin = originOf(map, made, 4)
    return origin?.source.endsWith(source) && origin.line === Number(line) - 1
  })
  if (lineNumber >= 0) await ask('Debugger.setBreakpointByUrl', { url, lineNumber })
}

async function onPaused({
  reason,
  data,
  callFrames,
  hitBreakpoints,
}: Debugger.PausedEventDataType) {
  if (reason === 'instrumentation') await beforeScript(data as Debugger.ScriptParsedEventDataType)
  const location = hitBreakpoints?.length ? callFrames[0]?.location : undefined
  if (location) {
    const { scriptId, lineNumber, columnNumber = 0 } = location
    const origin = originOf(maps.get(scriptId), lineNumber, columnNumber)
    if (origin) paused.push({ source: origin.source, line: origin.line + 1 })
  }
  await ask('Debugger.resume')
}

function onMessage(message: Message): void {
  if (message.id === undefined) {
    if (message.method === 'Debugger.paused')
      onPaused(message.params as Debugger.PausedEventDataType).catch(fail)
  } else if (message.error) waiting.get(message.id)?.reject(new Error(message.error.message))
  else waiting.get(message.id)?.resolve()
}

async function start(): Promise<void> {
  await ask('Runtime.enable')
  await ask('Debugger.enable')
  const instrumentation = 'beforeScriptWithSourceMapExecution'
  await ask('Debugger.setInstrumentationBreakpoint', { instrumentation })
  await ask('Runtime.runIfWaitingForDebugger')
}

function fail(error: Error): never {
  process.stderr.write(`${error.stack}\n`)
  process.exit(1)
}

socket.onopen = () => void start().catch(fail)
socket.onmessage = ({ data }) => onMessage(JSON.parse(String(data)))
socket.onerror = () => fail(new Error('no connection'))
socket.onclose = () => void process.stdout.write(`${JSON.stringify(paused)}\n`)
