// The paths of a cell's ports for one stage: templates, expanded in the scope of the stage.
import { normalPath } from '@weir/base'
import { PARAMS_FILE } from '../config/layout.ts'
import { isReference, type Pipeline } from '../config/model.ts'
import { type Templated, templateText } from '../config/template.ts'
import type { CellDescription } from '../execute/cell-message.ts'
import type { PortsKey } from '../store/key-document.ts'

/** A path as it is written, with its expressions replaced, in the form in which stages have it. */
export function expandPath(
  written: string,
  { params }: Pick<Pipeline, 'params'>,
): Templated<string> {
  const expanded = templateText(written, params[PARAMS_FILE])
  if (!expanded.ok || isReference(expanded.value)) return expanded
  return { ok: true, value: normalPath(expanded.value) }
}

/** The paths of all ports of a cell. One whose path cannot be expanded is a problem of its stage, and left out. */
export function portPaths(
  description: CellDescription | undefined,
  pipeline: Pick<Pipeline, 'params'>,
): PortsKey {
  const paths = (ports: CellDescription['inputs'] = {}): PortsKey['inputs'] =>
    Object.fromEntries(
      Object.entries(ports).flatMap(([name, port]) => {
        const path = expandPath(port.path, pipeline)
        return path.ok ? [[name, path.value]] : []
      }),
    )
  return { inputs: paths(description?.inputs), outputs: paths(description?.outputs) }
}

/** The paths of the ports that the code of a cell does not fix, being templates; undefined where it fixes all. */
export function templatedPaths(
  description: CellDescription | undefined,
  pipeline: Pick<Pipeline, 'params'>,
): PortsKey | undefined {
  if (!description) return undefined
  const [inputs, outputs] = [templated(description.inputs), templated(description.outputs)]
  if (Object.keys({ ...inputs, ...outputs }).length === 0) return undefined
  return portPaths({ inputs, outputs }, pipeline)
}

function templated(ports: CellDescription['inputs']): CellDescription['inputs'] {
  return Object.fromEntries(Object.entries(ports).filter(([, { path }]) => path.includes('${')))
}
