// The paths of a cell's ports for one stage: templates, expanded in the scope of the stage.
import { normalPath } from '@weir/base/paths'
import { PARAMS_FILE } from '../config/layout.ts'
import { isReference, type Pipeline } from '../config/model.ts'
import { type Templated, templateText } from '../config/template.ts'
import type { CellDescription } from '../execute/cell-message.ts'

/** By the name of a port, its path as pipeline.yaml has it. */
export type PortPaths = Readonly<Record<string, string>>

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
): { readonly inputs: PortPaths; readonly outputs: PortPaths } {
  const paths = (ports: CellDescription['inputs'] = {}): PortPaths =>
    Object.fromEntries(
      Object.entries(ports).flatMap(([name, port]) => {
        const path = expandPath(port.path, pipeline)
        return path.ok ? [[name, path.value]] : []
      }),
    )
  return { inputs: paths(description?.inputs), outputs: paths(description?.outputs) }
}
