// Scratch folders: a run that was killed leaves orphans and rubbish, which the next one stops and clears.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { asideName } from '@weir/base/files'
import { lifeOf, nameOf, ownSight, type ProcessName, type Sight } from '@weir/base/process'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { soleInstance } from '../../src/config/instance.ts'
import { layoutOf } from '../../src/config/layout.ts'
import { openProcessNotes } from '../../src/execute/orphans.ts'
import { signalGroup } from '../../src/execute/process.ts'
import { clearScratch, openScratch } from '../../src/session/scratch.ts'
import { sweepBeside, sweepState } from '../../src/session/sweep.ts'
import { folderWith } from '../project-folder.ts'

const putBack = (): void => undefined

const { self, startOf } = ownSight()
/** The sight of a process that is no more, and of one that cannot be seen from here. */
const DEAD: Sight = { self: { ...self, pid: 2 ** 22 + 1, start: '1' }, startOf }
const FAR: Sight = { self: { ...self, host: 'elsewhere' }, startOf }

/** A process group of a shell and its child, both of which would live for a minute. */
function group(env: Record<string, string> = {}) {
  const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ...env },
  })
  return { pid: child.pid ?? 0, ended: once(child, 'exit') }
}

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
  it('gives each stage a place where nothing is, and goes with all of them', () => {
    const state = folderWith()
    const scratch = openScratch(layoutOf(state, { state }), 'run-1')
    const folder = scratch.stageFolder(soleInstance('a'))
    expect(existsSync(folder)).toBe(false)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'x'), '')
    expect(scratch.stageFolder(soleInstance('a'))).toBe(folder)
    expect(existsSync(folder)).toBe(false)
    scratch.remove()
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
  })

  it('is cleared when its run is no more, and the whole group of a noted orphan stopped', async () => {
    const state = folderWith()
    const { pid, ended } = group()
    const first = openScratch(layoutOf(state, { state }), 'run-1', DEAD)
    openProcessNotes(first.folder, DEAD).began(pid)
    mkdirSync(first.stageFolder(soleInstance('a')), { recursive: true })
    writeFileSync(join(first.stageFolder(soleInstance('a')), '../half'), 'half an output')
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: false })
    expect(await ended).toEqual([null, 'SIGKILL'])
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
  })

  it('stops nobody for a process that has ended, where the kernel tells no starts', () => {
    const state = folderWith()
    const { pid } = group()
    const sight: Sight = { self: DEAD.self, startOf: (id) => startOf(id) && { start: null } }
    const first = openScratch(layoutOf(state, { state }), 'run-1', sight)
    const notes = openProcessNotes(first.folder, sight)
    notes.began(pid)
    notes.ended(pid)
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: false, sight })
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
    expect(lifeOf(nameOf(pid))).toBe('alive')
    process.kill(-pid, 'SIGKILL')
  })

  it('stops an orphan that was noted after a note that a full disk has torn', async () => {
    const state = folderWith()
    const { pid, ended } = group()
    const first = openScratch(layoutOf(state, { state }), 'run-1', DEAD)
    writeFileSync(join(first.folder, 'processes'), '\n{"began":{"pid":12')
    openProcessNotes(first.folder, DEAD).began(pid)
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: false })
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  it('forgets a process also where nothing can be written', () => {
    const scratch = openScratch(layoutOf(folderWith()), 'run-1')
    const notes = openProcessNotes(scratch.folder)
    scratch.remove()
    expect(() => notes.ended(process.pid)).not.toThrow()
    expect(() => notes.began(process.pid)).toThrow('ENOENT')
  })

  it('is cleared of a stray that was never noted, by the run that its environment names', async () => {
    if (!existsSync('/proc/self/environ')) return
    const state = folderWith()
    openScratch(layoutOf(state, { state }), 'run-of-this-very-test', DEAD)
    const { ended } = group({ WEIR_RUN_ID: 'run-of-this-very-test' })
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: false })
    expect(await ended).toEqual([null, 'SIGKILL'])
  })

  it('stays while its run lives, also when the lock was taken from it', () => {
    const state = folderWith()
    const { pid } = group()
    openProcessNotes(openScratch(layoutOf(state, { state }), 'run-1').folder).began(pid)
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: true })
    expect(readdirSync(join(state, 'tmp'))).toEqual(['run-1'])
    expect(lifeOf(nameOf(pid))).toBe('alive')
    process.kill(-pid, 'SIGKILL')
  })

  it.each<[string, Partial<ProcessName>]>([
    ['another host', { host: 'elsewhere' }],
    ['another boot', { boot: 'another' }],
    ['another pid namespace', { namespace: 'pid:[1]' }],
  ])('of %s is cleared only after a crash, and no process here is taken for its', (_, about) => {
    const state = folderWith()
    const { pid } = group()
    const sight = { self: { ...self, ...about }, startOf }
    openProcessNotes(openScratch(layoutOf(state, { state }), 'run-1', sight).folder, sight).began(
      pid,
    )
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: false })
    expect(readdirSync(join(state, 'tmp'))).toEqual(['run-1'])
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: true })
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
    expect(lifeOf(nameOf(pid))).toBe('alive')
    process.kill(-pid, 'SIGKILL')
  })

  it('does not stop who merely has the id of an orphan now, and survives notes that are rubbish', () => {
    const state = folderWith()
    const { pid } = group()
    const began = { ...nameOf(pid), start: '1' }
    const rubbish = ['', '{', 'null', '{"ended":"x"}', '{"began":null}', `{"began":{"pid":${pid}}}`]
    mkdirSync(join(state, 'tmp/run-1'), { recursive: true })
    writeFileSync(
      join(state, 'tmp/run-1/processes'),
      [JSON.stringify({ began }), ...rubbish].join('\n'),
    )
    clearScratch(layoutOf(state, { state }), { putBack, afterCrash: true })
    expect(readdirSync(join(state, 'tmp'))).toEqual([])
    expect(lifeOf(nameOf(pid))).toBe('alive')
    process.kill(-pid, 'SIGKILL')
  })
})

describe('sweeping', () => {
  const aside = (path: string, sight: Sight): string => basename(asideName(path, sight))

  it('removes what dead processes were writing, and nothing of the living or of others', () => {
    const keep = [aside('x.json', ownSight()), aside('x.json', FAR), 'x.json', 'a.tmp', '12-34.txt']
    const root = folderWith(
      Object.fromEntries([aside('x.json', DEAD), ...keep].map((name) => [`deep/${name}`, ''])),
    )
    sweepState(root, false)
    expect(readdirSync(join(root, 'deep'))).toHaveLength(6)
    sweepState(root, true)
    expect(readdirSync(join(root, 'deep')).sort()).toEqual(keep.sort())
    sweepState(join(root, 'gone'), true)
  })

  it('beside a file of the user’s looks at that file’s own only', () => {
    const other = aside('other', DEAD)
    const root = folderWith({ 'params.yaml': '', [aside('params.yaml', DEAD)]: '', [other]: '' })
    sweepBeside(join(root, 'params.yaml'))
    expect(readdirSync(root).sort()).toEqual([other, 'params.yaml'].sort())
  })
})
