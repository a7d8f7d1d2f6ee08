// How commands refuse: problems as text and as JSON, and never without one.
import { expect, it } from 'vitest'
import { refuse } from '../../src/commands/say.ts'
import { keptEffects } from './effects.ts'

it('a refusal says its problems, as text and as one JSON document', () => {
  const { effects, said } = keptEffects('.')
  const problems = ['a', 'b'].map((message) => ({ code: 'USAGE' as const, message, hint: 'h' }))
  expect(refuse(effects, problems, true)).toBe(2)
  expect(said().err).toContain('error[USAGE]: a\n  help: h\nerror[USAGE]: b\n')
  expect(JSON.parse(said().out)).toEqual({ stages: [], ok: false, errors: problems })
})

it('a refusal that has lost its reason says that this is a mistake in weir', () => {
  const { effects, said } = keptEffects('.')
  expect(refuse(effects, [], true)).toBe(2)
  expect(said().err).toContain('error[BUG]: this was refused without a reason')
  expect(JSON.parse(said().out)).toMatchObject({ ok: false, errors: [{ code: 'BUG' }] })
})
