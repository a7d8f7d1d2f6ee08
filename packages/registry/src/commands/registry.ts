// `weir registry …`: what is registered, what happened, and the changes that a person makes.
import { nearest } from '@weir/base'
import type { Command } from '@weir/runner/plugin'
import { OPTIONS, orderOf, usage } from './order.ts'
import { VERBS } from './registry-verbs.ts'

const ABOUT = `weir registry promote V | approve V | reject V | rollback [V] | publish DIGEST | publish AS_OF
weir registry diff V V | export V DIR | alias NAME V | alias NAME --remove

Says which versions there are and what happened to them, and changes their stages. V is a number
(3 or v3), an alias, or Production. A bundle goes into Production only after its files and its
expected outputs were checked; a server that runs swaps by itself.

  list       every version, with its stage and figures
  show       all that is known of one version
  history    every event, oldest first
  promote    into Production; into Staging where promote.require_approval is true
  approve    puts a version that waits in Staging into Production, while what it rests on stands
  reject     says no to a version that waits, or to the open challenger
  rollback   back to the Production version before, or to V
  publish    serves another feature table that was live before: by its digest, or the newest of a period
  diff       what is not the same of two versions: figures, features, how they were trained
  export     copies a version's bundle into a new folder
  alias      gives a version a name, or takes the name away`

export const registryCommand: Command<typeof OPTIONS> = {
  about: ABOUT,
  operands: { form: 'list | show V | history', least: 1, most: 3 },
  options: OPTIONS,
  examples: [
    'weir registry list',
    'weir registry rollback --reason "complaints since Tuesday"',
    'weir registry approve 4 --by grace',
    'weir registry reject 4 --reason "the new fee is not in the training months"',
    'weir registry publish 2024-01-31 --reason "the February export was wrong"',
    'weir registry diff 2 Production',
    'weir registry export Production ../churn-model',
    'weir registry alias champion 3',
    `weir registry list --json | jq '.versions[] | select(.stage == "Production")'`,
  ],
  async run({ options, operands: [verb = '', ...operands] }, effects) {
    const act = VERBS[verb]
    if (!act) {
      const near = nearest(verb, Object.keys(VERBS))
      const known = `it has ${Object.keys(VERBS).join(', ')}`
      throw usage(
        `weir registry has no ${verb}`,
        near === undefined ? known : `did you mean ${near}?`,
      )
    }
    const say = await act(operands, await orderOf(options, effects))
    effects.stdout.write(options.json ? `${JSON.stringify(say.json, null, 2)}\n` : say.text)
    return 0
  },
}
