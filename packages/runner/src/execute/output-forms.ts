// Whether what a cell has made of its outputs is what their ports are for: a file or a folder.
import { StageError } from '@weir/base'
import { statsOf } from '../store/list-tree.ts'
import type { PortPlaces } from './open-ports.ts'
import type { Ports } from './port.ts'

/** Checks the outputs that are there. @throws StageError OUTPUT_INVALID */
export function checkForms(ports: Ports | undefined, places: PortPlaces): void {
  for (const [name, { kind, form }] of Object.entries(ports ?? {})) {
    const declared = places.ports.outputs[name]
    const path = declared === undefined ? undefined : places.outputs[declared]
    const stats = path === undefined ? undefined : statsOf(path)
    if (!stats || !form) continue
    const made = stats.isDirectory() ? 'folder' : 'file'
    if (made === form) continue
    throw new StageError(
      'OUTPUT_INVALID',
      `outputs.${name} is a ${form}, and the cell has made a ${made} of '${declared}'`,
      { hint: `its port is of the kind '${kind}': write a ${form}, or take a port for a ${made}` },
    )
  }
}
