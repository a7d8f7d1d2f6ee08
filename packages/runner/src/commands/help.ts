// The help of a command, printed from its tables, and the overview of all commands.
import type { Command, CommandEntry } from './command.ts'
import { HELP, type Option } from './options.ts'

/** The help of one command. */
export function commandHelp(name: string, command: Command): string {
  const { about, operands, options, notes, examples } = command
  const parts = [
    ['weir', name, ...(operands ? [operands.form] : []), '[options]'].join(' '),
    about.trim(),
    optionLines({ ...options, help: HELP }),
    ...(notes === undefined ? [] : [notes.trim()]),
    ['Examples', ...examples.map((example) => `  ${example}`)].join('\n'),
  ]
  return `${parts.join('\n\n')}\n`
}

/** The commands with their summaries. */
export function overview(entries: readonly CommandEntry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length))
  const lines = entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `weir: from raw data to a served model

${lines.join('\n')}

weir COMMAND --help tells more, with examples. weir --version names this version.
`
}

function optionLines(options: Readonly<Record<string, Option>>): string {
  const rows = Object.entries(options).map(
    ([name, option]) => [formOf(name, option), saidOf(option)] as const,
  )
  const width = Math.max(...rows.map(([form]) => form.length))
  const beside = `\n${' '.repeat(width + 4)}`
  return rows
    .map(([form, said]) => `  ${form.padEnd(width)}  ${said.replaceAll('\n', beside)}`)
    .join('\n')
}

/** `-S, --set KEY=VALUE` */
function formOf(name: string, option: Option): string {
  const short = option.short === undefined ? '' : `-${option.short}, `
  return `${short}--${name}${option.type === 'boolean' ? '' : ` ${option.value}`}`
}

function saidOf(option: Option): string {
  if (!('default' in option) || option.default === undefined) return option.description
  return `${option.description} (default: ${option.default})`
}
