// The date of a period as a param: one that the calendar has, so that a typo is refused before any stage starts.
import { Type } from '@sinclair/typebox'

const LONG = '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])'
const SHORT = '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)'
const FEBRUARY = '02-(?:0[1-9]|1\\d|2[0-8])'
const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const DATE = `(?:\\d{4}-(?:${LONG}|${SHORT}|${FEBRUARY})|${LEAP_YEAR}-02-29)`

/** A day such as 2024-01-31. */
export const AsOf = Type.String({
  pattern: `^${DATE}$`,
  description: 'a date of the calendar, such as 2024-01-31',
})

/** A day, or one of some words. */
export function asOfOr(...words: readonly string[]) {
  return Type.String({
    pattern: `^(?:${words.join('|')}|${DATE})$`,
    description: `${words.join(', ')}, or a date of the calendar, such as 2024-01-31`,
  })
}
