// The paths of a cell's ports for one stage: templates, expanded in the scope of the stage.
import { normalPath } from '@weir/base/paths'
import { PARAMS_FILE } from '../config/layout.ts'
import { isReference, type Pipeline } from '../config/model.ts'
import { type TemplateFailure, templateText } from '../config/template.ts'
import type { CellDescription, PortDescription } from '../execute/cell-message.ts'

/** By the name of a port, its path as pipeline.yaml has it. */
export type PortPaths = Readonly<Record<string, string>>

/** A port's path with its expressions replaced, or why one cannot be. */
export function portPath(
  { path }: PortDescription,
  { params }: Pick<Pipeline, 'params'>,
): { readonly ok: true; readonly value: string } | TemplateFailure {
  const expanded = templateText(path, params[PARAMS_FILE])
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
        const path = portPath(port, pipeline)
        return path.ok ? [[name, path.value]] : []
      }),
    )
  return { inputs: paths(description?.inputs), outputs: paths(description?.outputs) }
}
