// The cache's settings for a user: root is never given hard links.
import { describe, expect, it } from 'vitest'
import { linkFor, linkWarning } from '../../src/plan/workspace.ts'

describe('hard links', () => {
  it.each([
    ['hard', 1000, 'hard', false],
    ['hard', undefined, 'hard', false],
    ['hard', 0, 'copy', true],
    ['copy', 0, 'copy', false],
    ['copy', 1000, 'copy', false],
  ] as const)('cache.link: %s for user %s is %s', (link, user, kind, warned) => {
    expect(linkFor({ link }, user)).toBe(kind)
    expect(linkWarning({ link }, user) !== undefined).toBe(warned)
  })
})
