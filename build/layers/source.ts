// What the checker reads of one file: its imports, and the globals that it uses, each with its line.
import { isBuiltin } from 'node:module'
import { isRecord } from '@weir/base'
import { parseAst } from 'rolldown/parseAst'

/** One import or re-export, of types too. */
export interface Import {
  /** The module as it is written; Node's own always with `node:`. */
  readonly module: string
  /** What is imported by name; `*`: the whole module. */
  readonly names: readonly string[]
  readonly line: number
}

/** A global, or a member of one: `process`, `Date.now`; `new Date()` is the one without an argument. */
export interface Use {
  readonly name: string
  readonly line: number
}

export interface Source {
  readonly imports: readonly Import[]
  readonly uses: readonly Use[]
}

interface Node extends Record<string, unknown> {
  readonly type: string
  readonly start: number
}

/** Reads a file. A global whose name the file declares itself, anywhere, is taken for its own. */
export function readSource(path: string, text: string): Source {
  const lang = path.endsWith('.tsx') ? 'tsx' : path.endsWith('.js') ? 'js' : 'ts'
  const nodes = [...walk(parseAst(text, { lang, astType: 'ts' }, path), false)]
  const lineAt = lineFinder(text)
  const declared = new Set(nodes.flatMap(({ node }) => declaredNames(node)))
  return {
    imports: nodes.flatMap(({ node }) => importOf(node, lineAt) ?? []),
    uses: nodes
      .filter(({ isType }) => !isType)
      .flatMap(({ node }) => usedNames(node).map((name) => ({ name, line: lineAt(node.start) })))
      .filter(({ name }) => !declared.has(rootOf(name))),
  }
}

function rootOf(name: string): string {
  return name === 'new Date()' ? 'Date' : (name.split('.')[0] ?? name)
}

interface Visited {
  readonly node: Node
  /** True inside of a type, where names are no values. */
  readonly isType: boolean
}

/** Wrappers of an expression that stay when types go. */
const VALUES = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression', 'TSTypeAssertion']

function* walk(value: unknown, isType: boolean): Generator<Visited> {
  if (Array.isArray(value)) for (const item of value) yield* walk(item, isType)
  else if (isNode(value)) {
    const inType = isType || (value.type.startsWith('TS') && !VALUES.includes(value.type))
    yield { node: value, isType: inType }
    for (const [key, part] of Object.entries(value))
      if (!isName(value, key)) yield* walk(part, inType)
  }
}

function isNode(value: unknown): value is Node {
  return isRecord(value) && typeof value.type === 'string' && typeof value.start === 'number'
}

/** True for a part of a node that is a mere name: of a member, of a key, of what is imported. */
function isName({ type, computed, shorthand }: Node, key: string): boolean {
  if (key === 'property') return type === 'MemberExpression' && computed === false
  if (key === 'key') return computed === false && shorthand !== true
  return key === 'specifiers' || key === 'label' || key === 'meta'
}

function importOf(node: Node, lineAt: (offset: number) => number): Import | undefined {
  const source = node.source
  if (!isNode(source) || typeof source.value !== 'string') return undefined
  const { value } = source
  const module = isBuiltin(value) && !value.startsWith('node:') ? `node:${value}` : value
  return { module, names: importedNames(node), line: lineAt(source.start) }
}

function importedNames({ specifiers }: Node): string[] {
  if (!Array.isArray(specifiers)) return ['*']
  return specifiers.filter(isNode).map(({ imported, local, type }) => {
    const named = type === 'ImportSpecifier' ? imported : type === 'ExportSpecifier' ? local : null
    return isNode(named) && typeof named.name === 'string' ? named.name : '*'
  })
}

/** The names of globals that a node uses, if it is such a use. */
function usedNames(node: Node): string[] {
  if (node.type === 'Identifier') return typeof node.name === 'string' ? [node.name] : []
  if (node.type === 'MemberExpression') return memberNames(node)
  if (node.type === 'VariableDeclarator') return takenNames(node)
  const isEmpty = Array.isArray(node.arguments) && node.arguments.length === 0
  return node.type === 'NewExpression' && isEmpty && nameOf(node.callee) === 'Date'
    ? ['new Date()']
    : []
}

/** `Math.random`, also as `Math['random']`; a member of globalThis is a global itself. */
function memberNames({ object, property, computed }: Node): string[] {
  const [of, name] = [pathOf(object), computed === true ? textOf(property) : nameOf(property)]
  if (of === undefined || name === undefined) return []
  return [of === 'globalThis' ? name : `${of}.${name}`]
}

/** The path of an object: `Math`, or `globalThis.Math` as `Math`. */
function pathOf(object: unknown): string | undefined {
  if (isNode(object) && object.type === 'MemberExpression') {
    const [path] = memberNames(object)
    return path?.includes('.') ? undefined : path
  }
  return nameOf(object)
}

/** `const { random } = Math`. */
function takenNames({ id, init }: Node): string[] {
  const of = nameOf(init)
  if (of === undefined || !isNode(id) || !Array.isArray(id.properties)) return []
  return id.properties.filter(isNode).flatMap(({ key }) => {
    const name = nameOf(key)
    return name === undefined ? [] : [`${of}.${name}`]
  })
}

function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Identifier' && typeof node.name === 'string'
    ? node.name
    : undefined
}

function textOf(node: unknown): string | undefined {
  return isNode(node) && node.type === 'Literal' && typeof node.value === 'string'
    ? node.value
    : undefined
}

/** The names that a node declares. */
function declaredNames({ type, id, params, param, specifiers }: Node): string[] {
  if (type === 'ImportDeclaration' && Array.isArray(specifiers))
    return specifiers.filter(isNode).flatMap(({ local }) => nameOf(local) ?? [])
  if (type.startsWith('TS')) return []
  const named = [id, param, ...(Array.isArray(params) ? params : [])]
  return named.flatMap(patternNames)
}

function patternNames(pattern: unknown): string[] {
  if (!isNode(pattern)) return []
  const { type, elements, properties, argument, left, value } = pattern
  if (type === 'Identifier') return [nameOf(pattern) ?? []].flat()
  if (type === 'Property') return patternNames(value)
  if (type === 'AssignmentPattern') return patternNames(left)
  if (type === 'RestElement') return patternNames(argument)
  const parts = type === 'ArrayPattern' ? elements : type === 'ObjectPattern' ? properties : []
  return Array.isArray(parts) ? parts.flatMap(patternNames) : []
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => starts.findLastIndex((start) => start <= offset) + 1
}
