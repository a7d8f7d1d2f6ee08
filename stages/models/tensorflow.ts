// Readies TensorFlow.js: the WebAssembly backend, one thread, its files from the installed package.
import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { StageError } from '@weir/runner'

/**
 * Makes the WebAssembly backend the current one. One thread: sums keep their order, so a rerun gives
 * the same bytes, and stages that run side by side share the machine.
 * @throws StageError TENSORFLOW_UNAVAILABLE when the backend does not start
 */
export async function readyTensorFlow(): Promise<void> {
  const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
  setThreadsCount(1)
  setWasmPaths(join(dirname(entry), sep))
  if (!(await tf.setBackend('wasm'))) {
    throw new StageError('TENSORFLOW_UNAVAILABLE', 'the WebAssembly backend did not start', {
      where: '@tensorflow/tfjs-backend-wasm',
      hint: 'reinstall the packages: npm ci',
    })
  }
  await tf.ready()
}
