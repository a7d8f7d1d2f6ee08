// The rules between packages, rooms and files; `npm run check:layers` holds the code to them. Imports of types count as
// any other import: who needs another's types has to know it. docs/architecture.md says why the rules are as they are.

/** What a package may import of the others. `runner/plugin`: of this package by that door only; `base/.`: by its first. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  base: [],
  runner: ['base'],
  formats: ['base'],
  tables: ['base', 'formats'],
  ml: ['base/.', 'formats'],
  models: ['base', 'formats', 'ml'],
  registry: ['base', 'formats', 'models', 'runner/plugin'],
  monitor: ['base', 'formats', 'tables', 'ml', 'registry', 'runner'],
  serve: ['base', 'formats', 'tables', 'ml', 'models', 'registry', 'runner/plugin'],
}

/** Rooms in their order, in the folder that they share: a room imports itself and those before it. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  'packages/base/src': ['values', 'forms', 'process', 'files', 'mutex'],
  'packages/runner/src': [
    'report',
    'terminal',
    'config',
    'store',
    'execute',
    'plan',
    'session',
    'commands',
    'door',
  ],
}

/** What the code below some folders does without. */
export interface Limit {
  readonly rooms: readonly string[]
  /** Files that are not held to it. */
  readonly except?: readonly string[]
  /** The limit in words, as the message has it. */
  readonly says: string
  readonly instead: string
  /** Globals and their members; `new Date()` is the one without an argument. */
  readonly globals?: readonly string[]
  /** Modules as they are imported, with a star for any end. */
  readonly modules?: readonly string[]
  /** Of those modules, the ones that may be imported. */
  readonly allowed?: readonly string[]
  /** By module, the functions that are not imported from it. */
  readonly names?: Readonly<Record<string, readonly string[]>>
}

/** What writes, by module of Node; each has a form with `Sync` in node:fs. */
const WRITERS = [
  ...['appendFile', 'chmod', 'chown', 'copyFile', 'cp', 'fchmod', 'fchown', 'ftruncate', 'lchown'],
  ...['link', 'lutimes', 'mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'symlink', 'truncate'],
  ...['unlink', 'utimes', 'write', 'writeFile', 'writev'],
]

const FILE_WRITERS = {
  'node:fs': [
    ...WRITERS,
    ...WRITERS.map((name) => `${name}Sync`),
    ...['createWriteStream', 'promises'],
  ],
  'node:fs/promises': [...WRITERS, 'open'],
}

/** What reaches outside of its arguments, or differs from call to call. */
const IMPURE_GLOBALS = [
  ...['process', 'fetch', 'console', 'performance', 'crypto'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['Date.now', 'new Date()', 'Math.random'],
]

const RUNNER = 'packages/runner/src'

export const LIMITS: readonly Limit[] = [
  {
    rooms: ['packages/ml/src', 'packages/formats/src'],
    // A definition by its path, for cells: all else of formats is given texts and values.
    except: ['packages/formats/src/definition-file.ts'],
    says: 'is pure: no I/O, no clock, no chance',
    instead: 'take what it needs as an argument',
    globals: IMPURE_GLOBALS,
    modules: ['node:*'],
  },
  {
    // ml uses the values of base, so they are held to its rule: of Node only what computes a value from its arguments.
    rooms: ['packages/base/src/values', 'packages/base/src/forms'],
    says: 'is pure: no I/O, no clock, no chance',
    instead: 'take what it needs as an argument, or move it to another room of base',
    globals: IMPURE_GLOBALS,
    modules: ['node:*'],
    allowed: ['node:crypto', 'node:path'],
    names: {
      'node:crypto': ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID'],
    },
  },
  {
    rooms: [`${RUNNER}/report`, `${RUNNER}/terminal`, `${RUNNER}/config`, `${RUNNER}/plan`],
    says: 'writes no file',
    instead: 'let store keep state, and session or the command write',
    modules: ['@weir/base/mutex'],
    names: {
      ...FILE_WRITERS,
      '@weir/base/files': ['Files', 'diskFiles', 'replaceFile', 'syncFolder', 'writeState'],
    },
  },
  {
    rooms: ['report', 'terminal', 'config', 'store', 'plan', 'session', 'door'].map(
      (room) => `${RUNNER}/${room}`,
    ),
    says: 'starts no process',
    instead: 'let execute start it',
    modules: ['node:child_process', 'node:cluster'],
    names: { '@weir/base/process': ['gitState'] },
  },
  {
    rooms: ['report', 'config', 'store', 'plan'].map((room) => `${RUNNER}/${room}`),
    says: 'does not look at the environment or the arguments of its process',
    instead: 'take them from Surroundings',
    globals: ['process.env', 'process.argv', 'process.cwd', 'process.stdout', 'process.stderr'],
  },
  {
    rooms: ['base', 'runner', 'tables', 'models', 'monitor', 'registry'].map(
      (name) => `packages/${name}/src`,
    ),
    says: 'has no chance',
    instead: 'take a seed, or crypto.randomUUID where a name must be unique',
    globals: ['Math.random'],
  },
]
