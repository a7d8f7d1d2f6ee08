// A plugin's command: what is wrong with its form, and its failures as those of the plugin and not of weir.
import { isCodedError, isRecord, isSystemError } from '@weir/base'
import type { Command } from './command.ts'
import { EXIT } from './exit.ts'
import { CommandFailure } from './failure.ts'
import { inPlugin } from './process-guard.ts'

/** What is wrong with the form of a command; undefined for one that has it. */
export function wrongCommand(value: Readonly<Record<string, unknown>>): string | undefined {
  const { about, options, operands, notes, examples, run } = value
  if (typeof about !== 'string') return 'about is no text'
  if (notes !== undefined && typeof notes !== 'string') return 'notes is no text'
  if (!isExamples(examples)) return 'examples is no list of texts, or empty'
  if (typeof run !== 'function') return 'run is no function'
  if (operands !== undefined && !isOperands(operands)) return 'operands lacks form, least or most'
  if (!isRecord(options)) return 'options is no map'
  for (const [name, option] of Object.entries(options)) {
    const wrong = isRecord(option) ? wrongOption(option) : 'it is no map'
    if (wrong !== undefined) return `options.${name}: ${wrong}`
  }
  return undefined
}

function isExamples(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
}

function isOperands(value: unknown): boolean {
  if (!isRecord(value)) return false
  const { form, least, most } = value
  return typeof form === 'string' && typeof least === 'number' && typeof most === 'number'
}

const TYPES: readonly unknown[] = ['boolean', 'string', 'integer', 'array']

function wrongOption(option: Readonly<Record<string, unknown>>): string | undefined {
  const { type, description, short, value } = option
  if (!TYPES.includes(type)) return `type is none of ${TYPES.join(', ')}`
  if (typeof description !== 'string') return 'description is no text'
  if (short !== undefined && !isLetter(short)) return 'short is no letter'
  if (type !== 'boolean' && typeof value !== 'string') return 'value is no text'
  return wrongDefault(option)
}

function isLetter(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Za-z]$/.test(value)
}

function wrongDefault(option: Readonly<Record<string, unknown>>): string | undefined {
  const { type, default: preset, minimum, maximum, separator } = option
  const isText = (one: unknown): boolean => one === undefined || typeof one === 'string'
  if (type === 'string' && !isText(preset)) return 'default is no text'
  if (type === 'array' && !isText(separator)) return 'separator is no text'
  if (type !== 'integer') return undefined
  if (typeof preset !== 'number' || typeof minimum !== 'number')
    return 'default or minimum is no number'
  return maximum === undefined || typeof maximum === 'number' ? undefined : 'maximum is no number'
}

/** The command, whose failure without a code names the plugin. */
export function guarded(plugin: string, command: Command): Command {
  return {
    ...command,
    async run(given, effects) {
      try {
        return exitCode(plugin, await inPlugin(plugin, () => command.run(given, effects)))
      } catch (error) {
        if (isCodedError(error) || isSystemError(error)) throw error
        const cause = error instanceof Error ? error : new Error(String(error))
        throw failed(plugin, `has thrown ${cause.name}: ${cause.message}`, cause)
      }
    },
  }
}

/** Checks the exit code: a command that returns none would count as a success. */
function exitCode(plugin: string, code: unknown): number {
  if (typeof code === 'number' && Number.isInteger(code)) return code
  throw failed(plugin, `has given ${String(code)} and no exit code`)
}

function failed(plugin: string, what: string, cause?: Error): CommandFailure {
  const message = `the command of ${plugin} ${what}`
  const hint = 'this is a mistake in that package: report it there'
  return new CommandFailure({ code: 'PLUGIN_FAILED', message, hint }, EXIT.stageFailed, cause)
}
