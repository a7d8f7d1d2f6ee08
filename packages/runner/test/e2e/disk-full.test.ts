// A full disk: a coded failure, and afterwards lock and outputs are as before; with room again the run succeeds.
// The disk is a real one of 2 MB where this user may mount (in a mount namespace of its own), and else a program
// loaded before the runner, which lets the runner's writes fail as the kernel would.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { API, jsonOf, type Project, pipeline, project, type RunJson } from './rig.ts'

const MB = 1024 * 1024

/** big is written in place by a command, cell aside by a cell; both grow with n. */
function grower(): Project {
  return project({
    'params.yaml': 'n: 1\n',
    'stages/cell.ts': `import { defineStage, file } from '${API}'
export default defineStage({
  title: 'Grows',
  outputs: { grown: file('cell.bin') },
  run: ({ outputs, params }) => outputs.grown.write('y'.repeat(params.n * 200000)),
})
`,
    'pipeline.yaml': pipeline({
      big: { cmd: 'head -c $((${n} * 200000)) /dev/zero > big.bin', outs: ['big.bin'] },
      cell: { run: 'stages/cell.ts', params: ['n'], outs: ['cell.bin'] },
      small: { cmd: 'wc -c < big.bin > small.txt', deps: ['big.bin'], outs: ['small.txt'] },
    }),
  })
}

function canMount(): boolean {
  try {
    execFileSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=1m tmpfs /mnt'], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

describe.runIf(canMount())('a disk of 2 MB', () => {
  /** Copies the project onto a small disk, runs there, and copies what is left back into \`after/\`. */
  function onSmallDisk(it: Project): readonly string[] {
    const script = `set -e
mkdir -p disk after
mount -t tmpfs -o size=2m tmpfs disk
cp -a pipeline.yaml params.yaml stages disk/
cd disk
node "$WEIR" run > ../first.txt 2>&1
cp -a pipeline.lock ../before.lock
set +e
echo "n: 12" > params.yaml
"$@"
code=$?
cp -a pipeline.lock big.bin cell.bin small.txt ../after/
echo "n: 1" > params.yaml
rm -rf .weir/cells
node "$WEIR" run --json > ../again.json 2>../again.txt
exit $code`
    writeFileSync(it.path('on-small-disk.sh'), script)
    return [
      'unshare',
      '-rm',
      'sh',
      '-c',
      'WEIR="$2"; export WEIR; exec sh on-small-disk.sh "$@"',
      'x',
    ]
  }

  test('DISK_FULL, exit 1; lock and old outputs as before; with room again it runs', async () => {
    const it = grower()
    const end = await it.weir(['run', '--json', '--keep-going'], { before: onSmallDisk(it) })
    expect(end.code, end.stderr).toBe(1)
    const { stages, ok } = jsonOf<RunJson>(end)
    expect(ok).toBe(false)
    expect(stages.map(({ name, outcome, error }) => [name, outcome, error?.code])).toEqual([
      ['big', 'failed', 'DISK_FULL'],
      ['cell', 'failed', 'DISK_FULL'],
      ['small', 'skipped', undefined],
    ])
    expect(it.read('after/pipeline.lock')).toBe(it.read('before.lock'))
    expect(readFileSync(it.path('after/big.bin')).length).toBe(200_000)
    expect(it.read('after/small.txt').trim()).toBe('200000')
    const again = JSON.parse(it.read('again.json')) as RunJson
    expect(again.stages.map(({ outcome }) => outcome)).toEqual(['cached', 'cached', 'cached'])
  })
})

/** Loaded before the runner: after so many bytes its writes below a folder fail with ENOSPC. */
const FULL_DISK = `import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
let room = Number(process.env.E2E_ROOM)
const take = (bytes, call, path) => {
  if (!process.argv[1]?.endsWith('weir.js')) return
  room -= bytes
  if (room >= 0) return
  throw Object.assign(new Error('ENOSPC: no space left on device, ' + call + " '" + path + "'"), {
    errno: -28, code: 'ENOSPC', syscall: call, path,
  })
}
const { writeFileSync, writeSync, copyFileSync, linkSync, statSync } = fs
fs.writeFileSync = (path, content, ...rest) => {
  if (String(path).startsWith(process.cwd())) {
    writeFileSync(path, '')
    take(Buffer.byteLength(content), 'write', path)
  }
  return writeFileSync(path, content, ...rest)
}
fs.writeSync = (file, text, ...rest) => {
  take(Buffer.byteLength(text), 'write', 'fd ' + file)
  return writeSync(file, text, ...rest)
}
fs.copyFileSync = (from, to, mode) => {
  if (mode & fs.constants.COPYFILE_FICLONE_FORCE) throw Object.assign(new Error('no reflinks'), { code: 'ENOTSUP' })
  take(statSync(from).size, 'copyfile', to)
  return copyFileSync(from, to, mode)
}
fs.linkSync = (from, to) => {
  if (from.includes('run.lock')) return linkSync(from, to)
  throw Object.assign(new Error('no links'), { code: 'EPERM' })
}
syncBuiltinESMExports()
`

describe('a disk that is full after so many bytes', () => {
  test.each([
    0,
    100,
    700,
    2_000,
    5_000,
    50_000,
    0.3 * MB,
    0.5 * MB,
  ])('%i bytes of room: nothing that was good is lost, and with room again it runs', async (room) => {
    const it = grower()
    await it.run()
    const before = it.contents('pipeline.lock', 'big.bin', 'cell.bin', 'small.txt')
    it.write({ 'full-disk.mjs': FULL_DISK })
    it.edit('params.yaml', 'n: 1', 'n: 2')
    const env = {
      E2E_ROOM: String(Math.round(room)),
      NODE_OPTIONS: `--import=${it.path('full-disk.mjs')}`,
    }
    const end = await it.weir(['run', '--json', '--jobs', '1'], { env })
    expect(end.code, end.stderr).toBe(1)
    const run = jsonOf<RunJson>(end)
    const errors = [...(run.errors ?? []), ...run.stages.flatMap(({ error }) => error ?? [])]
    expect(errors[0]).toMatchObject({ code: 'DISK_FULL' })
    expect(errors[0]?.hint).toContain('room')
    const ran = run.stages.filter(({ outcome }) => outcome === 'ran').map(({ name }) => name)
    const after = it.contents('pipeline.lock', 'big.bin', 'cell.bin', 'small.txt')
    if (ran.length === 0) expect(after).toEqual(before)
    else expect(Object.keys(after)).toEqual(Object.keys(before))
    const healed = await it.run()
    expect(healed.ok).toBe(true)
    expect(readFileSync(it.path('big.bin')).length).toBe(400_000)
    expect(it.read('small.txt').trim()).toBe('400000')
  })
})
