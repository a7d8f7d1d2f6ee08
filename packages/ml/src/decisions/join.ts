// Which of two challengers stays open.
import { aucDifference } from '../metrics/delong.ts'
import type { Label } from '../metrics/scored.ts'

export interface JoinVerdict {
  readonly stays: 'open' | 'joining'
  /** AUC of the joining challenger minus that of the open one. */
  readonly difference: number
  readonly se: number
  readonly reason: string
}

/**
 * Of two challengers on the same rows the one of the higher AUC stays open, which is the one that gains
 * more over any Production there. Of equals the open one stays: it has been looked at before.
 * @throws RangeError as aucDifference
 */
export function joinChallenger(
  open: ArrayLike<number>,
  joining: ArrayLike<number>,
  labels: readonly Label[],
): JoinVerdict {
  const { value, variance } = aucDifference(joining, open, labels)
  const stays = value > 0 ? 'joining' : 'open'
  const relation = value > 0 ? 'more' : value < 0 ? 'less' : 'no more'
  const by = value === 0 ? '' : ` by ${Math.abs(value).toFixed(4)} AUC`
  const reason = `the new candidate gains ${relation}${by} than the open challenger on the same ${labels.length} users: the ${stays === 'open' ? 'open challenger' : 'new candidate'} stays open`
  return { stays, difference: value, se: Math.sqrt(variance), reason }
}
