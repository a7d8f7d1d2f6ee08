// The command of a stage that a test controls: says its name to the test's socket, does what it is told, exits.
// Usage in pipeline.yaml: cmd: node "$E2E_STAGE" NAME
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'

const socket = connect(process.env.E2E_SOCKET ?? '')
socket.setEncoding('utf8')
socket.write(`${JSON.stringify({ name: process.argv[2], pid: process.pid })}\n`)
let text = ''
socket.on('data', (chunk) => {
  text += chunk
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
    obey(JSON.parse(text.slice(0, end)))
    text = text.slice(end + 1)
  }
})
// Without its test a stage has nothing to wait for.
socket.on('close', () => process.exit(97))

/** @param {{ write?: Record<string, string>, print?: string, exit?: number }} order */
function obey({ write, print, exit }) {
  for (const [path, content] of Object.entries(write ?? {})) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
  }
  if (print !== undefined) process.stdout.write(print)
  if (exit !== undefined) process.exit(exit)
}
