// Measures a first run over large data beside DVC: one file of 1 GB, and 20,000 small files, as dependency and as output.
// npm run bench -- bench/inputs.ts
import { randomFillSync } from 'node:crypto'
import { closeSync, cpSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { compare, has, type Rival, sayMachine } from './measure.ts'
import { emptyDvc, folder, remove, WEIR, write } from './projects.ts'

const REPEATS = 3
const FILE_BYTES = 2 ** 30
const FILES = 20_000

sayMachine()
if (!has('dvc')) process.exit(1)
for (const [what, make] of [
  ['one file of 1 GB', oneFile],
  ['20,000 small files', manyFiles],
] as const) {
  const data = folder('data')
  make(join(data, 'data'))
  firstRun(`${what} as dependency`, data, {
    cmd: 'echo done > done',
    deps: ['data'],
    outs: ['done'],
  })
  firstRun(`${what} as output`, data, { cmd: 'mv data made', outs: ['made'] })
  remove(data)
}

/** A first run of one stage, each time in a new project with a copy of the data. */
function firstRun(title: string, data: string, stage: object): void {
  const text = `stages:\n  only: ${JSON.stringify(stage)}\n`
  const ours: Rival = {
    name: 'weir',
    command: [process.execPath, WEIR, 'run'],
    cwd: folder('weir'),
  }
  const theirs: Rival = { name: 'dvc repro', command: ['dvc', 'repro', '--quiet'], cwd: emptyDvc() }
  const rivals = [
    { ...ours, before: () => renew(ours.cwd, data, 'pipeline.yaml', text) },
    { ...theirs, before: () => renew(theirs.cwd, data, 'dvc.yaml', text) },
  ]
  compare(`first run over ${title}`, rivals, REPEATS, { timesFaster: 4 })
  remove(ours.cwd, theirs.cwd)
}

function renew(root: string, data: string, file: string, text: string): void {
  for (const path of [
    '.weir',
    'pipeline.lock',
    'dvc.lock',
    '.dvc/cache',
    '.dvc/tmp',
    'made',
    'data',
  ])
    rmSync(join(root, path), { recursive: true, force: true })
  cpSync(join(data, 'data'), join(root, 'data'), { recursive: true })
  write(root, file, text)
}

function oneFile(path: string): void {
  const block = randomFillSync(Buffer.alloc(1 << 24))
  const file = openSync(path, 'w')
  for (let written = 0; written < FILE_BYTES; written += block.length) {
    block.writeUInt32LE(written / block.length, 0)
    writeSync(file, block)
  }
  closeSync(file)
}

function manyFiles(path: string): void {
  for (let index = 0; index < FILES; index++) {
    const inner = join(path, String(index % 100))
    if (index < 100) mkdirSync(inner, { recursive: true })
    writeFileSync(join(inner, `${index}.txt`), `${index}\n`.repeat(40))
  }
}
