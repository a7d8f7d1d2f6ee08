// The states that a report colours, each with a sign of its own: colour is never the only difference.

const SIGNS: Readonly<Record<string, string>> = {
  ran: '●',
  cached: '○',
  restored: '↺',
  skipped: '–',
  failed: '✕',
}

/** The sign before a state's name; none for a state that is not an outcome. */
export function stateSign(state: string): string {
  return Object.hasOwn(SIGNS, state) ? (SIGNS[state] ?? '') : ''
}

/** The CSS class of a state. */
export function stateClass(state: string): string {
  return Object.hasOwn(SIGNS, state) ? `is-${state}` : 'is-other'
}
