// The command line of a run: what it selects and inspects, and how failures exit.
import { CodedError } from '@weir/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../src/commands/exit.ts'
import { CommandFailure, tellFailure, usage } from '../../src/commands/failure.ts'
import { readCommandLine } from '../../src/commands/options.ts'
import { RUN_LINE, targetOf } from '../../src/commands/run-options.ts'

const target = (...argv: string[]) => targetOf(readCommandLine('run', RUN_LINE, argv))
const name = fc.stringMatching(/^[a-z][a-z_]{0,8}$/)

describe('targetOf', () => {
  it('selects the inspected stage only if nothing else is selected', () => {
    fc.assert(
      fc.property(name, name, (stage, other) => {
        const plain = target()
        expect(target('--inspect', stage)).toEqual({
          selection: { ...plain.selection, until: [stage] },
          inspect: { stage, port: 9229 },
        })
        for (const words of [[other], ['--until', other]])
          expect(target('--inspect', stage, ...words)).toEqual({
            ...target(...words),
            inspect: { stage, port: 9229 },
          })
      }),
    )
  })

  it('inspects at every port that there is, and at no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 70_000 }), (port) => {
        const read = () => target('--inspect', 'a', '--inspect-port', String(port)).inspect?.port
        if (port <= 65_535) expect(read()).toBe(port)
        else expect(read).toThrow(`--inspect-port ${port}: expected a whole number from 0 to 65535`)
      }),
    )
  })

  it('refuses to inspect what it does not run', () => {
    expect(() => target('--inspect', 'a', '-n')).toThrow('--inspect does not go with --dry-run')
    expect(target('-n').inspect).toBeUndefined()
  })
})

describe('tellFailure', () => {
  const told = (error: unknown) => {
    const streams = { stdout: { write: () => true }, stderr: { text: '', write: writeText } }
    function writeText(text: string): void {
      streams.stderr.text += text
    }
    return { exit: tellFailure(error, false, streams), text: streams.stderr.text }
  }
  const problem = { code: 'RUN_TOLD', message: 'it broke', hint: 'mend it' }

  it.each<[string, Error, number]>([
    ['a wrong command line', usage('it broke', 'mend it'), EXIT.usage],
    ['a failure with its own code', new CommandFailure(problem, 77), 77],
    [
      'USAGE of another class',
      new CodedError('USAGE', 'it broke', { hint: 'mend it' }),
      EXIT.usage,
    ],
    ['any coded error', new CodedError('RUN_TOLD', 'it broke', { hint: '' }), EXIT.stageFailed],
  ])('exits as %s should', (_, error, exit) => {
    const result = told(error)
    expect(result.exit).toBe(exit)
    expect(result.text).toContain('it broke')
  })

  it('tells the stack of a cause', () => {
    const cause = new Error('the cause')
    expect(told(new CommandFailure(problem, 1, cause)).text).toContain(`${cause.stack}\n`)
  })
})
