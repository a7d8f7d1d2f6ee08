// How commands refuse: problems as text and as JSON, and never without one.
import { expect, it } from 'vitest'
import type { CommandIo } from '../../src/commands/command.ts'
import { refuse } from '../../src/commands/say.ts'
import { surroundings } from '../run/rig.ts'

function streams(): { io: CommandIo; out: string[]; err: string[] } {
  const [out, err]: [string[], string[]] = [[], []]
  const io: CommandIo = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    surroundings: surroundings('.'),
    signal: new AbortController().signal,
    kill: new AbortController().signal,
  }
  return { io, out, err }
}

it('a refusal says its problems, as text and as one JSON document', () => {
  const { io, out, err } = streams()
  const problems = ['a', 'b'].map((message) => ({ code: 'USAGE' as const, message, hint: 'h' }))
  expect(refuse(io, problems, true)).toBe(2)
  expect(err.join('')).toContain('error[USAGE]: a\n  help: h\nerror[USAGE]: b\n')
  expect(JSON.parse(out.join(''))).toEqual({ stages: [], ok: false, errors: problems })
})

it('a refusal that has lost its reason says that this is a mistake in weir', () => {
  const { io, out, err } = streams()
  expect(refuse(io, [], true)).toBe(2)
  expect(err.join('')).toContain('error[BUG]: this was refused without a reason')
  expect(JSON.parse(out.join(''))).toMatchObject({ ok: false, errors: [{ code: 'BUG' }] })
})
