// One registry, several pid namespaces with one host name: nobody is taken for dead, and no promotion is lost,
// also where a holder is stopped, its lock removed by a person, and it goes on.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lookAtMutex, removeMutex } from '@weir/base/mutex'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { CONTAINER, NEEDS_CONTAINER } from '../../base/test/containers.ts'
import { openRegistry } from '../src/registry.ts'
import { registryMutex } from '../src/store-mutex.ts'
import { bundleOf, compiled, NAME, quietEffects, scratch } from './rig.ts'

/** Promotes bundles, one after another; says `deciding` under the lock and goes on when the gate is there. */
const PROMOTER = `
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openRegistry } from '../src/registry.ts'
const [store, gate, patience, ...dirs] = process.argv.slice(2)
const verify = async () => {
  console.log('deciding')
  while (!existsSync(gate)) await sleep(5)
  return []
}
const registry = openRegistry(store, { git: async () => null, verify, patience: Number(patience) })
for (const dir of dirs) {
  try {
    const { version } = await registry.register(dir)
    await registry.promote(version.name, version.version, { reason: dir })
    console.log('promoted ' + dir)
  } catch (error) {
    console.log(error.code + ' ' + error.message + ' ' + error.hint)
  }
}
`

let promoter: string
beforeAll(async () => {
  promoter = await compiled(PROMOTER, scratch())
})

/** A process in a container, which can be stopped and continued from here. */
class Contained {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
  out = ''

  constructor(args: readonly string[]) {
    const [command = '', ...rest] = [...(CONTAINER ?? []), process.execPath, promoter, ...args]
    this.child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.child.stdout?.on('data', (text) => {
      this.out += text
    })
    this.ended = once(this.child, 'close')
    onTestFinished(() => void this.child.kill('SIGKILL'))
  }

  async said(text: string): Promise<void> {
    while (!this.out.includes(text))
      await Promise.race([once(this.child.stdout!, 'data'), this.end()])
  }

  /** Its end, which must not come while something is waited for. */
  private async end(): Promise<never> {
    await this.ended
    throw new Error(`it ended: ${this.out}`)
  }

  get runs(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** Signals what runs in the container: it is the one child of unshare. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.child.pid ?? 0
    if (!existsSync(`/proc/${pid}/task/${pid}/children`)) return
    const inside = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    if (inside > 1) process.kill(inside, signal)
  }
}

let root: string
let store: string
let gate: string
beforeEach(() => {
  root = scratch()
  store = join(root, 'models')
  gate = join(root, 'gate')
})

/** What a person does who takes a holder for gone. */
function unlock(): void {
  const found = lookAtMutex(registryMutex(store))
  if (found.kind !== 'free') removeMutex(registryMutex(store), found)
}

async function promotions(): Promise<string[]> {
  const history = await openRegistry(store, quietEffects()).history(NAME)
  return history.filter((event) => event.type === 'promoted').map((event) => event.reason)
}

describe.skipIf(!CONTAINER)(`containers on one registry${NEEDS_CONTAINER}`, () => {
  it('wait for each other, say for whom, and both promotions stand in the journal', async () => {
    const [a, b] = [bundleOf(root, 'a'), bundleOf(root, 'b')]
    const first = new Contained([store, gate, '60000', a])
    await first.said('deciding')
    const second = new Contained([store, gate, '100', b])
    await second.ended
    expect(second.out).toMatch(/^STORE_LOCKED .*`registry promote churn`, process 1 on /)
    expect(second.out).toMatch(/UTC \(another container\).*weir unlock/)
    const third = new Contained([store, gate, '60000', b])
    writeFileSync(gate, '')
    await Promise.all([first.ended, third.ended])
    expect([first.out, third.out].map((out) => out.includes('promoted'))).toEqual([true, true])
    expect(await promotions()).toEqual([a, b])
  })

  it('a holder that was stopped, unlocked and continued erases nothing, and decides again', async () => {
    const [a, b] = [bundleOf(root, 'a'), bundleOf(root, 'b')]
    const paused = new Contained([store, gate, '60000', a])
    await paused.said('deciding')
    paused.signal('SIGSTOP')
    writeFileSync(gate, '')
    const waiting = new Contained([store, gate, '100', b])
    await waiting.ended
    expect(waiting.out).toMatch(/^STORE_LOCKED /)
    unlock()
    const other = new Contained([store, gate, '60000', b])
    await other.ended
    expect(other.out).toContain(`promoted ${b}`)
    paused.signal('SIGCONT')
    await paused.ended
    expect(paused.out).toBe(`deciding\ndeciding\npromoted ${a}\n`)
    expect(await promotions()).toEqual([b, a])
  })

  it('stopped anywhere, unlocked and continued over and over, lose no promotion that they reported', async () => {
    writeFileSync(gate, '')
    const dirs = (name: string): string[] =>
      Array.from({ length: 6 }, (_, i) => bundleOf(root, `${name}${i}`))
    const all = ['a', 'b', 'c'].map((name) => new Contained([store, gate, '60000', ...dirs(name)]))
    let stops = 0
    while (all.some((it) => it.runs)) {
      const victim = all[stops++ % all.length]!
      victim.signal('SIGSTOP')
      unlock()
      // Long enough for the others to work, short enough to hit anything.
      await new Promise((done) => setTimeout(done, stops % 20))
      victim.signal('SIGCONT')
      await new Promise((done) => setTimeout(done, 1))
    }
    const out = all.map((it) => it.out).join('')
    const reported = [...out.matchAll(/^promoted (.*)$/gm)].map(([, dir]) => dir)
    const written = await promotions()
    expect(reported.filter((dir) => dir !== undefined && !written.includes(dir))).toEqual([])
    expect(reported.length).toBeGreaterThan(0)
    expect(new Set(written).size).toBe(written.length)
    const failed = out.split('\n').filter((line) => !/^(deciding|promoted .*|)$/.test(line))
    for (const line of failed) expect(line).toMatch(/^(STORE|BUNDLE)_[A-Z]+ /)
  })
})
