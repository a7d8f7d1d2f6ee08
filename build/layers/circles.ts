// Circles among the files and folders of one folder: a folder stands for all that is below it.

/** An import from one file to another. */
export interface Edge {
  readonly from: string
  readonly to: string
  readonly line: number
}

/** Imports that lead from a part of a folder around to itself, the first of them from the first part. */
export type Circle = readonly Edge[]

/** The circles below a folder, at each level: among its own files and folders, and within each folder. */
export function circlesBelow(folder: string, edges: readonly Edge[]): Circle[] {
  const inside = edges.filter(({ from, to }) => isIn(folder, from) && isIn(folder, to))
  const levels = new Set(inside.flatMap(({ from, to }) => sharedFolder(from, to)))
  return [...levels].sort().flatMap((level) => circlesAt(level, inside))
}

function isIn(folder: string, path: string): boolean {
  return path.startsWith(`${folder}/`)
}

/** The folder in which an import leads from one part to another. */
function sharedFolder(from: string, to: string): string {
  const [a, b] = [from.split('/'), to.split('/')]
  const length = a.findIndex((part, index) => part !== b[index])
  return a.slice(0, length).join('/')
}

/** Depth first from each part; an import that leads back to a part on the way closes a circle. */
function circlesAt(level: string, edges: readonly Edge[]): Circle[] {
  const next = partsOf(level, edges)
  const circles: Circle[] = []
  const done = new Set<string>()
  const visit = (part: string, way: readonly [part: string, edge: Edge][]): void => {
    for (const [other, edge] of next.get(part) ?? []) {
      const start = way.findIndex(([name]) => name === other)
      const here = [...way, [part, edge] as [string, Edge]]
      if (other === part) continue
      if (start >= 0) circles.push(here.slice(start).map(([, passed]) => passed))
      else if (!done.has(other)) visit(other, here)
    }
    done.add(part)
  }
  for (const part of next.keys()) if (!done.has(part)) visit(part, [])
  return circles
}

/** For each part of a folder the parts that it imports, with the first such import. */
function partsOf(level: string, edges: readonly Edge[]): Map<string, Map<string, Edge>> {
  const next = new Map<string, Map<string, Edge>>()
  for (const edge of edges) {
    if (!isIn(level, edge.from) || !isIn(level, edge.to)) continue
    const [from, to] = [partOf(level, edge.from), partOf(level, edge.to)]
    if (from === to) continue
    const known = next.get(from) ?? new Map<string, Edge>()
    next.set(from, known)
    if (!known.has(to)) known.set(to, edge)
  }
  return next
}

function partOf(level: string, path: string): string {
  return path.slice(level.length + 1).split('/')[0] ?? path
}
