// The options that several commands on stages have.
import type { Selection } from '../plan/select.ts'
import { usage } from './failure.ts'
import type { Given, OptionTable } from './options.ts'

export const JSON_OPTION = {
  json: {
    type: 'boolean',
    description: "one JSON document on stdout; people's text goes to stderr",
  },
} as const satisfies OptionTable

export const SELECTION = {
  until: {
    type: 'array',
    value: 'STAGE',
    separator: ',',
    description: 'this stage and all that it depends on',
  },
  from: {
    type: 'array',
    value: 'STAGE',
    separator: ',',
    description: 'this stage and all that follows it',
  },
  only: {
    type: 'array',
    value: 'STAGE',
    separator: ',',
    description: 'just this stage, whatever is stale before it',
  },
} as const satisfies OptionTable

export const AS_IF = {
  set: {
    type: 'array',
    value: 'KEY=VALUE',
    short: 'S',
    description: 'as if this stood in params.yaml; nothing is written',
  },
} as const satisfies OptionTable

export const ANY_STAGES = { form: '[STAGE…]', least: 0, most: Number.POSITIVE_INFINITY } as const

/** What a command line selects; names without an option mean `until`. */
export function selectionOf({ options, operands }: Given<typeof SELECTION>): Selection {
  const { until, from, only } = options
  if (only.length > 0 && until.length + from.length > 0)
    throw usage('--only does not go with --until or --from', 'choose one of them')
  return { until: [...until, ...operands], from, only }
}
