// Opens the ports of a cell where its stage has them.
import { nearest, StageError } from '@weir/base'
import type { InputsOf, Opened, OutputsOf, Port, Ports } from './port.ts'

/** Where the dependencies and outputs of a stage are, and which of them each port is. */
export interface PortPlaces {
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
  readonly ports: {
    readonly inputs: Readonly<Record<string, string>>
    readonly outputs: Readonly<Record<string, string>>
  }
}

/** The inputs as `run` gets them; none of a cell that has none. */
export function openInputs<Named extends Ports>(
  ports: Named | undefined,
  places: PortPlaces,
): InputsOf<Named> {
  const inputs = opened('DEP_UNDECLARED', 'inputs', ports, (port, name) => {
    const declared = places.ports.inputs[name]
    const path = declared === undefined ? undefined : places.inputs[declared]
    return declared === undefined || path === undefined
      ? undefined
      : port.input({ name: declared, path })
  })
  return inputs as InputsOf<Named>
}

/** The outputs as `run` gets them. An effect has no path, so its own name stands for one. */
export function openOutputs<Named extends Ports>(
  ports: Named | undefined,
  places: PortPlaces,
): OutputsOf<Named> {
  const outputs = opened('OUT_UNDECLARED', 'outputs', ports, (port, name) => {
    const declared = places.ports.outputs[name]
    return declared === undefined
      ? undefined
      : port.output({ name: declared, path: places.outputs[declared] ?? declared })
  })
  return outputs as OutputsOf<Named>
}

/** The opened ports by name; a name that none has is refused when it is asked for. */
function opened(
  code: 'DEP_UNDECLARED' | 'OUT_UNDECLARED',
  list: 'inputs' | 'outputs',
  ports: Ports = {},
  open: (port: Port, name: string) => Opened | undefined,
): Readonly<Record<string, Opened>> {
  const known = new Map<string, Opened>()
  for (const [name, port] of Object.entries(ports)) {
    const found = open(port, name)
    if (found) known.set(name, found)
  }
  const refuse = (name: string): never => {
    const near = nearest(name, [...known.keys()])
    throw new StageError(code, `its ${list} have no port '${name}'`, {
      hint: `${near === undefined ? '' : `did you mean '${near}'? `}ports: ${[...known.keys()].join(', ') || 'none'}`,
    })
  }
  return new Proxy(Object.fromEntries(known), {
    get: (target, key) =>
      typeof key === 'symbol' || Object.hasOwn(target, key) || isCommon(key)
        ? Reflect.get(target, key)
        : refuse(key),
  })
}

/** Names that the language itself reads from any object: built-in methods, `then`, `toJSON`. */
function isCommon(key: string): boolean {
  return key in Object.prototype || key === 'then' || key === 'toJSON'
}
