// Scratch folders: a run that was killed leaves orphans and rubbish, which the next one stops and clears.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { signalGroup } from '../../../runner/run/process.ts'
import { isAlive, openScratch, processName } from '../../../runner/run/scratch.ts'
import { sweepBeside, sweepState } from '../../../runner/run/sweep.ts'
import { folderWith } from '../project-folder.ts'

const DEAD = 2 ** 22 + 1

/** A process group of a shell and its child, both of which would live for a minute. */
function group(env: Record<string, string> = {}) {
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ...env },
  })
  return { pid: child.pid ?? 0, ended: once(child, 'exit') }
}

describe('a process', () => {
  it('is alive while it runs, and never again once it has ended', async () => {
    const { pid, ended } = group()
    const name = processName(pid)
    expect(isAlive(name)).toBe(true)
    process.kill(-pid, 'SIGKILL')
    await ended
    expect(isAlive(name)).toBe(false)
  })

  it('is told from another one that has its id', () => {
    expect(isAlive(processName(process.pid))).toBe(true)
    if (processName(process.pid).start !== undefined)
      expect(isAlive({ pid: process.pid, start: '1' })).toBe(false)
    expect(isAlive({ pid: DEAD })).toBe(false)
  })
})

describe('signalling a group', () => {
  it('sends nothing for an id that would mean our own group or every process', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
    onTestFinished(() => kill.mockRestore())
    for (const pid of [undefined, 0, 1, -5, Number.NaN]) signalGroup(pid, 'SIGKILL')
    expect(kill).not.toHaveBeenCalled()
    signalGroup(12, 'SIGTERM')
    expect(kill.mock.calls).toEqual([[-12, 'SIGTERM']])
  })
})

describe('a scratch folder', () => {
  it('gives each stage an empty folder, and goes with all of them', () => {
    const state = folderWith()
    const scratch = openScratch(state, 'run-1')
    const folder = scratch.stageFolder('a')
    writeFileSync(join(folder, 'x'), '')
    expect(readdirSync(scratch.stageFolder('a'))).toEqual([])
    scratch.noteProcess(process.pid)
    expect(readdirSync(scratch.stageFolder('pids'))).toEqual([])
    expect(readdirSync(join(scratch.folder, 'pids'))).toEqual([String(process.pid)])
    scratch.forgetProcess(process.pid)
    expect(readdirSync(join(scratch.folder, 'pids'))).toEqual([])
    scratch.remove()
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
  })

  it('clears those of runs before, and stops the whole group of a noted orphan', async () => {
    const state = folderWith()
    const { pid, ended } = group()
    const first = openScratch(state, 'run-1')
    first.noteProcess(pid)
    writeFileSync(join(first.stageFolder('a'), 'half'), 'half an output')
    openScratch(state, 'run-2')
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(readdirSync(join(state, 'tmp'))).toEqual(['run-2'])
  })

  it('stops a stray that was never noted, by the run that its environment names', async () => {
    if (!existsSync('/proc/self/environ')) return
    const state = folderWith()
    openScratch(state, 'run-of-this-very-test')
    const { ended } = group({ WEIR_RUN_ID: 'run-of-this-very-test' })
    openScratch(state, 'run-2')
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  it('does not stop who merely has the id of an orphan now, and survives notes that are rubbish', () => {
    const state = folderWith()
    const { pid } = group()
    const pids = join(state, 'tmp/run-1/pids')
    mkdirSync(pids, { recursive: true })
    writeFileSync(join(pids, String(pid)), JSON.stringify({ pid, start: '1' }))
    for (const [index, rubbish] of ['', '{', 'null', '{"pid":"x"}'].entries())
      writeFileSync(join(pids, `x${index}`), rubbish)
    openScratch(state, 'run-2')
    expect(isAlive(processName(pid))).toBe(true)
    process.kill(-pid, 'SIGKILL')
  })
})

describe('sweeping', () => {
  const digest = 'a'.repeat(64)
  const files = (pid: number) => [`x.json.${pid}-3.tmp`, `${pid}-${digest}`, `run.lock.${pid}`]

  it('removes what dead processes were writing, and nothing of the living or of others', () => {
    const keep = [...files(process.pid), 'x.json', 'a.tmp', `${digest}`, '12-34.txt']
    const root = folderWith(
      Object.fromEntries([...files(DEAD), ...keep].map((name) => [`deep/${name}`, ''])),
    )
    sweepState(root, false)
    expect(readdirSync(join(root, 'deep'))).toHaveLength(10)
    sweepState(root, true)
    expect(readdirSync(join(root, 'deep')).sort()).toEqual(keep.sort())
    sweepState(join(root, 'gone'), true)
  })

  it('beside a file of the user’s looks at that file’s own only', () => {
    const root = folderWith({
      'params.yaml': '',
      [`params.yaml.${DEAD}-0.tmp`]: '',
      [`other.${DEAD}-0.tmp`]: '',
    })
    sweepBeside(join(root, 'params.yaml'))
    expect(readdirSync(root).sort()).toEqual([`other.${DEAD}-0.tmp`, 'params.yaml'])
  })
})
