// A small data set of two tables and two periods, for tests that need full control.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporary, writeFiles } from './rig.ts'

export const PEOPLE = `
name: people
entity: { key: id, table: people }
periods: { first: "2024-01-31" }
tables:
  people:
    columns:
      id: { type: integer }
      age: { type: integer, min: 0, max: 120, nullable: true }
      member: { type: boolean, nullable: true }
      town: { type: category, levels: [Here, There], nullable: true }
      since: { type: date, nullable: true }
  outcomes:
    columns:
      id: { type: integer }
      left: { type: boolean }
label: { table: outcomes, column: left }
views:
  person: { table: people, features: [age, member, town] }
expectations:
  rows: { people: { min: 2, max: 1000 } }
  references: { outcomes: people }
  label_share: { min: 0.2, max: 0.8 }
`

export const SOUND = {
  'first/people.csv':
    'id,age,member,town,since\n2,40,True,Here,2020-02-29\n1,,,There,\n10,7,no,,2021-01-01\n',
  'first/outcomes.csv': 'id,left\n1,True\n2,False\n10,False\n',
}

/** Writes the definition and the raw files; a file given as null is left out. */
export async function people(
  files: Readonly<Record<string, string | Uint8Array | null>> = {},
  definition = PEOPLE,
): Promise<{ root: string; definition: string; source: string }> {
  const root = await temporary()
  const all = Object.entries({ ...SOUND, ...files })
  const present = all.flatMap(([path, content]) => (content === null ? [] : [[path, content]]))
  await writeFiles(join(root, 'raw'), Object.fromEntries(present))
  await writeFile(join(root, 'people.yaml'), definition)
  return { root, definition: join(root, 'people.yaml'), source: join(root, 'raw') }
}
