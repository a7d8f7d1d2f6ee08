// Adds the entry of a stage to the text of pipeline.yaml; comments and layout of the file stay.
import { canonicalJson, isRecord, type Problem } from '@weir/base'
import { isMap, stringify } from 'yaml'
import { PIPELINE_FILE } from './layout.ts'
import { parseYaml, type YamlFile } from './yaml.ts'

/** What is written of a stage. Lists that are empty are left out. */
export interface StageEntry {
  readonly run: string
  readonly deps: readonly string[]
  readonly params: readonly string[]
  readonly outs: readonly string[]
}

export type Added =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: Problem }

/** The text with the stage added at the end of `stages`. Refuses a stage that is there already. */
export function addStage(text: string, name: string, entry: StageEntry): Added {
  const problems: Problem[] = []
  const yaml = parseYaml(PIPELINE_FILE, text, (problem) => problems.push(problem))
  const [unread] = problems
  if (!yaml) return { ok: false, problem: unread ?? notAdded(name) }
  const there = stageThere(yaml, name, entry.run)
  if (there) return { ok: false, problem: there }
  const added = insert(yaml, name, entry)
  return added !== undefined && addsOnly(yaml, added, name)
    ? { ok: true, text: added }
    : { ok: false, problem: notAdded(name) }
}

function stagesOf({ value }: YamlFile): Record<string, unknown> {
  const stages = isRecord(value) ? value.stages : undefined
  return isRecord(stages) ? stages : {}
}

function stageThere(yaml: YamlFile, name: string, run: string): Problem | undefined {
  const [there] =
    Object.entries(stagesOf(yaml)).find(
      ([other, stage]) => other === name || (isRecord(stage) && stage.run === run),
    ) ?? []
  if (there === undefined) return undefined
  return {
    code: 'STAGE_EXISTS',
    message: there === name ? `there is a stage '${name}' already` : `'${run}' is stage '${there}'`,
    place: yaml.place(['stages', there], 'key'),
    hint: there === name ? 'give it another name: --name NAME' : 'edit its entry',
  }
}

function insert(yaml: YamlFile, name: string, entry: StageEntry): string | undefined {
  const { text } = yaml
  const lists = Object.entries(entry).filter(([, value]) => value.length > 0)
  const stage = { [name]: Object.fromEntries(lists) }
  const stages = yaml.node(['stages'])
  if (!isMap(stages) || !stages.range) return begin(text, stage, 'stages' in Object(yaml.value))
  const [start, valueEnd] = stages.range
  const eol = lineEnd(text)
  if (stages.items.length === 0) {
    const rest = /^[ \t]*(?=\r?\n|$)/.exec(text.slice(valueEnd))
    if (!rest) return undefined
    const block = blockOf(text, stage, 2).replace(/\r?\n$/, '')
    return `${text.slice(0, start).trimEnd()}${eol}${block}${text.slice(valueEnd + rest[0].length)}`
  }
  if (stages.flow) return undefined
  const column = start - (text.lastIndexOf('\n', start - 1) + 1)
  const block = blockOf(text, stage, column)
  const above = text.slice(0, valueEnd)
  const end = ended(above, eol)
  // One blank line more where the stages have some between them.
  const isSpaced = BLANK_LINE.test(text.slice(start, valueEnd)) && !BLANK_LAST.test(end)
  const added = `${end}${isSpaced ? eol : ''}${block}${text.slice(valueEnd)}`
  return text.endsWith('\n') ? added : added.replace(/\r?\n$/, '')
}

/** The stages of a text that has none. */
function begin(text: string, stage: object, hasKey: boolean): string | undefined {
  const eol = lineEnd(text)
  return hasKey ? undefined : `${ended(text, eol)}stages:${eol}${blockOf(text, stage, 2)}`
}

const BLANK_LINE = /\n[ \t]*\r?\n/
const BLANK_LAST = /\n[ \t]*\r?\n$/
/** A list whose items are not indented deeper than its key. */
const FLUSH_LIST = /^( *)[^\s#-][^\n]*:[ \t]*\r?\n\1- /m

/** A stage as the text is written: as far indented as its other stages, with its line ends and its form of lists. */
function blockOf(text: string, stage: object, column: number): string {
  const indentSeq = !FLUSH_LIST.test(text)
  const block = stringify(stage, { lineWidth: 0, indent: Math.max(column, 1), indentSeq })
  return block.replace(/^(?=.)/gm, ' '.repeat(column)).replaceAll('\n', lineEnd(text))
}

function ended(text: string, eol: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}${eol}`
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n'
}

/** True if the new text parses to the old content plus the stage. */
function addsOnly(before: YamlFile, text: string, name: string): boolean {
  const after = parseYaml(PIPELINE_FILE, text, () => undefined)
  if (!after || !isRecord(after.value)) return false
  const { [name]: added, ...stages } = stagesOf(after)
  const rest = { ...Object(before.value), stages: stagesOf(before) }
  return added !== undefined && canonicalJson({ ...after.value, stages }) === canonicalJson(rest)
}

function notAdded(name: string): Problem {
  return {
    code: 'BAD_VALUE',
    message: `stage '${name}' cannot be added to the text of ${PIPELINE_FILE} without a change of what it says`,
    place: { file: PIPELINE_FILE },
    hint: 'write `stages:` as a block, one stage a line and what it has indented below it; or add the entry by hand',
  }
}
