// The exit codes of all commands.
export const EXIT = { fine: 0, stageFailed: 1, usage: 2, interrupted: 130 } as const
