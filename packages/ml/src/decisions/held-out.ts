// Who is held out: chosen by a hash of the user's id, so by nothing that a month or a model could change.
import { murmur3 } from './murmur3.ts'

const encoder = new TextEncoder()

/**
 * Place of a user in [0, 1): murmur3 of the UTF-8 bytes of `salt`, NUL, `id`, divided by 2³².
 * It depends on nothing else, so a user keeps the same place in every month and for every model.
 */
export function heldOutPlace(id: string, salt: string): number {
  return murmur3(encoder.encode(`${salt}\0${id}`)) / 2 ** 32
}

/**
 * Whether the user is held out: never trained on, only scored on.
 * @param id the user's id
 * @param salt params `split.salt`; another salt draws another set of users
 * @param share share of users to hold out, 0 to 1; a larger share holds out the same users and more
 * @throws RangeError when share is not a number from 0 to 1
 */
export function isHeldOut(id: string, salt: string, share: number): boolean {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`held-out share ${share}: not from 0 to 1`)
  return heldOutPlace(id, salt) < share
}
