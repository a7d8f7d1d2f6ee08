// The names of the tool's own, which no plugin may take. A run that has nothing to do checks its plugins too, so this file
// loads none of the commands.

export const OWN_COMMANDS = [
  'run',
  'status',
  'explain',
  'dag',
  'add',
  'runs',
  'log',
  'unlock',
] as const

export type OwnCommand = (typeof OWN_COMMANDS)[number]

/** What no plugin may bring. */
export const OWN_NAMES = { commands: ['help', ...OWN_COMMANDS], mutexes: ['run'] } as const
