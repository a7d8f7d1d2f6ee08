// What a cell may read and write: the paths that its stage declares, and no other.
import { inspect } from 'node:util'
import { nearest } from '@weir/base/nearest'
import { normalPath } from '@weir/base/paths'
import { StageError } from '@weir/base/stage-error'
import { PIPELINE_FILE } from '../config/layout.ts'
import { isReference } from '../config/model.ts'

/** The declared paths of one kind, as a function and as a map; both refuse what is not declared. */
export interface Ports {
  at(name: string): string
  readonly all: Readonly<Record<string, string>>
}

const KINDS = {
  dep: { code: 'DEP_UNDECLARED', does: 'reads', list: 'deps' },
  out: { code: 'OUT_UNDECLARED', does: 'writes', list: 'outs' },
} as const

/** Opens the ports of a stage: absolute paths by the name that pipeline.yaml gives them. `effects` have none. */
export function openPorts(
  stage: string,
  kind: keyof typeof KINDS,
  paths: Readonly<Record<string, string>>,
  effects: readonly string[] = [],
): Ports {
  const known = new Map(Object.entries(paths))
  const at = (name: string): string => {
    const path = known.get(name) ?? known.get(isReference(name) ? name : normalPath(name))
    if (path !== undefined) return path
    throw effects.includes(name) ? noPath(name) : undeclared(stage, kind, name, [...known.keys()])
  }
  // Only a name that the map itself lacks is asked of its prototype, so copies and loops see a plain map.
  const plain = { [inspect.custom]: () => ({ ...paths }) }
  const refusing = new Proxy(plain, {
    get: (target, key) =>
      typeof key === 'symbol' || isCommon(key) ? Reflect.get(target, key) : at(key),
  })
  const all = Object.create(refusing, Object.getOwnPropertyDescriptors(paths))
  return { at, all: Object.freeze(all) }
}

/** What the language itself asks of any object: its methods, and whether it is a promise or has a JSON form. */
function isCommon(key: string): boolean {
  return key in Object.prototype || key === 'then' || key === 'toJSON'
}

function noPath(effect: string): StageError {
  return new StageError('OUT_NO_PATH', `'${effect}' is an effect of its stage, which has no path`, {
    hint: 'bring it about in the cell; the runner checks afterwards that it stands',
  })
}

function undeclared(
  stage: string,
  kind: keyof typeof KINDS,
  name: string,
  known: readonly string[],
): StageError {
  const { code, does, list } = KINDS[kind]
  const near = nearest(name, known)
  const add = `to have it, add '${name}' to stages.${stage}.${list} in ${PIPELINE_FILE}`
  return new StageError(code, `it ${does} '${name}', which is not among its ${list}`, {
    hint: `${near === undefined ? '' : `did you mean '${near}'? `}declared: ${known.join(', ') || 'none'}; ${add}`,
  })
}
