// What became of a stage in a run: one vocabulary for the terminal, the notebook and --json.

/** `ran` and `failed` started the stage; `restored` took its outs from the cache; `skipped` includes what could not start. */
export type StageOutcome = 'ran' | 'cached' | 'restored' | 'skipped' | 'failed'

/** The outcomes in the order in which they are counted and listed. */
export const OUTCOMES: readonly StageOutcome[] = ['ran', 'cached', 'restored', 'skipped', 'failed']

const SIGNS: Readonly<Record<StageOutcome, string>> = {
  ran: '●',
  cached: '○',
  restored: '↺',
  skipped: '–',
  failed: '✕',
}

/** The sign before an outcome's name, so that colour is never the only difference; empty for another word. */
export function outcomeSign(state: string): string {
  return isOutcome(state) ? SIGNS[state] : ''
}

function isOutcome(state: string): state is StageOutcome {
  return Object.hasOwn(SIGNS, state)
}

/** The outcomes that occur, counted: `3 ran, 8 cached`; `none` for no stage. */
export function countOutcomes(outcomes: readonly StageOutcome[]): string {
  const counts = OUTCOMES.map((outcome) => {
    const count = outcomes.filter((one) => one === outcome).length
    return count === 0 ? '' : `${count} ${outcome}`
  })
  return counts.filter((text) => text !== '').join(', ') || 'none'
}
