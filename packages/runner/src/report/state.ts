// The look of a state: outcomes have a colour of their own, other words share one.
import { outcomeSign } from './outcome.ts'

/** The CSS class of a state. */
export function stateClass(state: string): string {
  return outcomeSign(state) === '' ? 'is-other' : `is-${state}`
}

/** A state as a reader sees it: its sign, if it has one, and its name. */
export function stateText(state: string): string {
  return `${outcomeSign(state)} ${state}`.trim()
}
