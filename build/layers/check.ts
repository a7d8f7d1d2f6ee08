// Holds a tree of files to the rules. Every violation says which rule, where, and what to do.
import { join } from 'node:path'
import { type Circle, circlesBelow } from './circles.ts'
import { LIMITS, type Limit, PACKAGES, ROOMS } from './rules.ts'
import type { Import, readSource } from './source.ts'
import {
  type CheckedFile,
  type Files,
  type Package,
  packageOf,
  readTree,
  type Tree,
} from './tree.ts'

export interface Violation {
  readonly rule: 'package' | 'door' | 'dependency' | 'room' | 'circle' | 'limit'
  readonly file: string
  readonly line: number
  readonly message: string
  /** What to do. */
  readonly advice: string
}

/** All that breaks a rule, in order of place. */
export function check(files: Files, read?: typeof readSource): Violation[] {
  const tree = readTree(files, read)
  const found = [
    ...tree.packages.flatMap(checkKnown),
    ...tree.files.flatMap((file) => [...checkImports(file, tree), ...checkLimits(file)]),
    ...checkCircles(tree),
  ]
  return found.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
}

/** A violation as one line that editors and terminals make a link. */
export function violationText({ rule, file, line, message, advice }: Violation): string {
  return `${file}:${line}: [${rule}] ${message}; ${advice}`
}

const SCOPE = '@weir/'

/** The name of a package in the rules; undefined for the project at the root, which may use all of them. */
function shortName({ name, folder }: Package): string | undefined {
  return folder === '' ? undefined : name.slice(SCOPE.length)
}

function checkKnown(one: Package): Violation[] {
  const name = shortName(one)
  if (name === undefined || Object.hasOwn(PACKAGES, name)) return []
  return [
    {
      rule: 'package',
      file: `${one.folder}/package.json`,
      line: 1,
      message: `no rule says what ${one.name} may import`,
      advice: 'give it a line in PACKAGES of build/layers/rules.ts',
    },
  ]
}

function checkImports(file: CheckedFile, tree: Tree): Violation[] {
  return file.source.imports.flatMap((one) => {
    const target = tree.target(file, one)
    const about = { file: file.path, line: one.line }
    if (target.kind === 'file') {
      const broken = relativeViolation(file, target.path, tree) ?? roomViolation(file, target.path)
      return broken ? [{ ...about, ...broken }] : []
    }
    const broken =
      target.kind === 'door'
        ? doorViolation(file, target.door, target.package, target.path !== undefined)
        : target.kind === 'other'
          ? dependencyViolation(file, target.name)
          : undefined
    return broken ? [{ ...about, ...broken }] : []
  })
}

type Broken = Omit<Violation, 'file' | 'line'>

/** Another package is entered by its name. Tests may share helpers of tests; a bench may measure what is inside. */
function relativeViolation(file: CheckedFile, path: string, tree: Tree): Broken | undefined {
  const other = packageOf(path, tree.packages)
  if (other === file.package || file.path.startsWith('bench/')) return undefined
  if (isTest(file) && !path.startsWith(`${other.folder}/src/`)) return undefined
  return {
    rule: 'door',
    message: `a relative path leads into ${other.name}`,
    advice: `import it by its name, and add to the exports of ${other.name} what is missing`,
  }
}

/** Tests and benches use whatever is installed. */
function isTest({ path, package: own }: CheckedFile): boolean {
  return own.folder === '' ? /^(?:test|bench)\//.test(path) : !isSource(path, own)
}

function isSource(path: string, { folder }: Package): boolean {
  return folder !== '' && path.startsWith(`${folder}/src/`)
}

function doorViolation(
  file: CheckedFile,
  door: string,
  other: Package,
  exists: boolean,
): Broken | undefined {
  if (!exists)
    return {
      rule: 'door',
      message: `${other.name} has no door ${door}`,
      advice: `use one of its exports, or add it to ${other.folder}/package.json`,
    }
  const name = shortName(file.package)
  if (name === undefined || !isSource(file.path, file.package)) return undefined
  if (other === file.package)
    return {
      rule: 'door',
      message: `${door} is this package`,
      advice: 'import it by a relative path',
    }
  const known = PACKAGES[name] ?? []
  const short = door.slice(SCOPE.length)
  const [whole = short, ...inner] = short.split('/')
  const isKnown = known.includes(whole) || known.includes(inner.length > 0 ? short : `${whole}/.`)
  if (isKnown) return undefined
  return {
    rule: 'package',
    message: `${name} does not know ${short}`,
    advice: `${name} imports ${known.join(', ') || 'no other package'}: move what is shared to one of them, or down`,
  }
}

/** What is installed for another package is no dependency of this one. */
function dependencyViolation(file: CheckedFile, name: string): Broken | undefined {
  if (isTest(file) || file.package.dependencies.has(name)) return undefined
  return {
    rule: 'dependency',
    message: `${file.package.name} does not depend on ${name}`,
    advice: `add it to ${join(file.package.folder, 'package.json')}, or do without`,
  }
}

function roomViolation({ path }: CheckedFile, to: string): Broken | undefined {
  for (const [folder, order] of Object.entries(ROOMS)) {
    if (!path.startsWith(`${folder}/`) || !to.startsWith(`${folder}/`)) continue
    const [from, room] = [roomOf(folder, path), roomOf(folder, to)]
    if (!order.includes(from))
      return {
        rule: 'room',
        message: `${from} is no room of ${folder}`,
        advice: `move the file into one of ${order.join(', ')}`,
      }
    if (order.indexOf(room) <= order.indexOf(from)) continue
    return {
      rule: 'room',
      message: `${from} does not know ${room}`,
      advice: `rooms in order: ${order.join(', ')}; move what is shared down, or pass it as an argument`,
    }
  }
  return undefined
}

function roomOf(folder: string, path: string): string {
  return path.slice(folder.length + 1).split('/')[0] ?? path
}

function checkLimits(file: CheckedFile): Violation[] {
  return LIMITS.filter((limit) => isHeld(file, limit))
    .flatMap((limit) => [
      ...file.source.uses
        .filter(({ name }) => limit.globals?.includes(name))
        .map(({ name, line }) => ({ name, line, limit })),
      ...file.source.imports.flatMap((one) =>
        deniedNames(limit, one).map((name) => ({ name, line: one.line, limit })),
      ),
    ])
    .map(({ name, line, limit }) => ({
      rule: 'limit',
      file: file.path,
      line,
      message: `${name}: this room ${limit.says}`,
      advice: limit.instead,
    }))
}

function isHeld({ path }: CheckedFile, { rooms, except = [] }: Limit): boolean {
  return rooms.some((room) => path.startsWith(`${room}/`)) && !except.includes(path)
}

/** What of an import a limit denies; a module that is imported as a whole counts as all that it has. */
function deniedNames(
  { modules = [], allowed = [], names = {} }: Limit,
  { module, names: taken }: Import,
): string[] {
  const isDenied = modules.some((pattern) => matches(pattern, module))
  if (isDenied && !allowed.includes(module)) return [module]
  const denied = names[module]
  if (!denied) return []
  return taken
    .filter((name) => name === '*' || name === 'default' || denied.includes(name))
    .map((name) => (name === '*' ? `all of ${module}` : `${name} of ${module}`))
}

function matches(pattern: string, module: string): boolean {
  return pattern.endsWith('*') ? module.startsWith(pattern.slice(0, -1)) : pattern === module
}

function checkCircles(tree: Tree): Violation[] {
  const edges = tree.files.flatMap((file) =>
    file.source.imports.flatMap((one) => {
      const target = tree.target(file, one)
      return target.kind === 'file' ? [{ from: file.path, to: target.path, line: one.line }] : []
    }),
  )
  const sources = tree.packages
    .filter(({ folder }) => folder !== '')
    .map(({ folder }) => `${folder}/src`)
  return [...sources, 'stages', 'build', 'bench']
    .flatMap((folder) => circlesBelow(folder, edges))
    .map(circleViolation)
}

function circleViolation(circle: Circle): Violation {
  const [first] = circle
  if (!first) throw new Error('a circle has an import')
  const way = circle.map(({ from, to, line }) => `${from}:${line} -> ${to}`)
  return {
    rule: 'circle',
    file: first.from,
    line: first.line,
    message: `imports lead around in a circle: ${way.join(', ')}`,
    advice: 'move what both need into a file of its own, below them',
  }
}
