// The Mermaid flowchart of the DAG.
import { expect, it } from 'vitest'
import { dagMermaid } from '../../src/report/dag/mermaid.ts'
import { CHAIN_AND_FORK } from './dags.ts'

it('draws nodes in order of declaration, then the edges', () => {
  expect(dagMermaid(CHAIN_AND_FORK)).toBe(`flowchart TD
  s1["simulate"]
  s2["ingest"]
  s3["validate"]
  s4["features"]
  s5["train"]
  s6["online"]
  s7["promote"]
  s1 --> s2
  s2 --> s3
  s2 --> s4
  s3 --> s4
  s4 --> s5
  s4 --> s6
  s3 --> s7
  s5 --> s7
  s6 --> s7
`)
})

it('writes letters that are markup as entities, so that a name cannot end its label', () => {
  const text = dagMermaid({
    stages: [{ name: 'a"]; click s1 <b>&#`' }, { name: 'Prüfung@2' }],
    edges: [],
  })
  expect(text).toContain('["a#34;#93;#59; click s1 #60;b#62;#38;#35;#96;"]')
  expect(text).toContain('["Prüfung@2"]')
})
