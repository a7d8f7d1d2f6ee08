// The debugger of a cell's process: Node's inspector, opened before the cell is loaded.
import inspector from 'node:inspector'
import { CodedError } from '@weir/base'
import type { CellMessage } from './cell-message.ts'

/** Listens on this machine only: a debugger can run any code. */
const HOST = '127.0.0.1'

/**
 * Opens the inspector, tells its address, and blocks until a debugger has attached and lets the process go on.
 * @throws CodedError INSPECTOR_PORT where the port cannot be had
 */
export function waitForDebugger(port: number, send: (message: CellMessage) => void): void {
  // If it cannot listen, Node prints the cause to stderr and gives no address.
  inspector.open(port, HOST)
  const url = inspector.url()
  if (url === undefined)
    throw new CodedError('INSPECTOR_PORT', `the debugger cannot listen at ${HOST}:${port}`, {
      hint: 'name another port with --inspect-port; 0 takes any that is free',
    })
  send({ kind: 'debugger', url })
  inspector.waitForDebugger()
}

/** Lets a debugger go: the end of the process would wait for it. */
export function stopDebugging(): void {
  if (inspector.url() !== undefined) inspector.close()
}
