// The lines of a run that read the same on a terminal and in plain output: exact cases.
import { describe, expect, it } from 'vitest'
import { noticeText } from '../../src/commands/plain.ts'
import type { RunEvent } from '../../src/session/events.ts'

describe('noticeText', () => {
  it.each<[string[], boolean, string]>([
    [[], false, 'interrupted: nothing more is started'],
    [['a'], false, 'interrupted: stopping 1 stage (again to kill at once)'],
    [['a', 'b'], false, 'interrupted: stopping 2 stages (again to kill at once)'],
    [['a'], true, 'interrupted: killing 1 stage at once'],
    [['a', 'b', 'c'], true, 'interrupted: killing 3 stages at once'],
  ])('of an interrupt of %j, at once: %s', (stages, atOnce, text) => {
    expect(noticeText({ kind: 'interrupted', stages, atOnce })).toBe(text)
  })

  it.each([1, 2, 3])('counts the first attempt with the retries: attempt %i of 4', (attempt) => {
    const problem = { code: 'STAGE_FAILED', message: 'it exited with 1', hint: 'see its log' }
    const event: RunEvent = { kind: 'stage_retry', stage: 'train', attempt, of: 3, problem }
    expect(noticeText(event)).toBe(`train: attempt ${attempt} of 4 failed: it exited with 1`)
  })
})
