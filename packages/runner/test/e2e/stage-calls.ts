// The test's end of controlled stages (stage.mjs is theirs): each calls, says its name, and is told what to do.
import { createServer, type Socket } from 'node:net'
import { relative } from 'node:path'

/** A stage of a test that has been started and waits for what it is told. */
export interface Invocation {
  readonly name: string
  readonly pid: number
  write(files: Readonly<Record<string, string>>): void
  /** Ends the stage, having written files if there are any. */
  exit(code?: number, files?: Readonly<Record<string, string>>): void
  /** Resolves when the stage's process is gone. */
  readonly gone: Promise<void>
}

/** The calls of the controlled stages of one project. */
export interface StageCalls {
  /** The next start of a stage of this name, or the first that nobody asked for yet. */
  next(name: string): Promise<Invocation>
  /** Stages that have started and nobody asked for yet. */
  waiting(): string[]
  close(): void
}

/** Answers at a socket; paths that a stage is told to write go through `absolute`. */
export async function answerStages(
  socketPath: string,
  absolute: (path: string) => string,
): Promise<StageCalls> {
  const arrived: Invocation[] = []
  const awaited: { name: string; take: (invocation: Invocation) => void }[] = []
  const deliver = (invocation: Invocation): void => {
    const index = awaited.findIndex(({ name }) => name === invocation.name)
    const [waiting] = index < 0 ? [] : awaited.splice(index, 1)
    if (waiting) waiting.take(invocation)
    else arrived.push(invocation)
  }
  const server = createServer((socket) => meet(socket, absolute, deliver))
  await new Promise<void>((done) => server.listen(shortest(socketPath), done))
  return {
    next(name) {
      const index = arrived.findIndex((invocation) => invocation.name === name)
      const [known] = index < 0 ? [] : arrived.splice(index, 1)
      if (known) return Promise.resolve(known)
      return new Promise((take) => awaited.push({ name, take }))
    },
    waiting: () => arrived.map(({ name }) => name).sort(),
    close: () => server.close(),
  }
}

/** The path of a socket may only be short, so it is named from here where that helps. */
function shortest(path: string): string {
  const here = relative(process.cwd(), path)
  return here.length < path.length ? here : path
}

function meet(
  socket: Socket,
  absolute: (path: string) => string,
  deliver: (invocation: Invocation) => void,
): void {
  socket.setEncoding('utf8')
  const gone = new Promise<void>((done) => socket.once('close', () => done()))
  socket.on('error', () => undefined)
  const placed = (files: Readonly<Record<string, string>>): object =>
    Object.fromEntries(Object.entries(files).map(([path, text]) => [absolute(path), text]))
  const tell = (order: object): void => void socket.write(`${JSON.stringify(order)}\n`)
  socket.once('data', (line) => {
    const { name, pid } = JSON.parse(String(line)) as { name: string; pid: number }
    deliver({
      name,
      pid,
      gone,
      write: (files) => tell({ write: placed(files) }),
      exit: (code = 0, files = {}) => tell({ write: placed(files), exit: code }),
    })
  })
}
