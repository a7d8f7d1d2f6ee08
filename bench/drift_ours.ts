// The stage drift on the two months of a folder, in a process of its own; prints what it took. Started by bench/drift.ts.
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCell } from '@weir/runner/testing'
import drift from '../stages/drift.ts'

const [folder = ''] = process.argv.slice(2)
const at = (name: string): string => join(folder, name)
writeFileSync(at('incumbent.json'), 'null')
await runCell(drift, {
  folder,
  params: {
    as_of: '2024-02-29',
    seed: 42,
    data: { definition: at('made.yaml') },
    drift: { threshold: 0.02, reference: '2024-01-31' },
  },
  inputs: {
    definition: at('made.yaml'),
    features: at('features'),
    incumbent: at('incumbent.json'),
  },
  outputs: { reports: at('reports'), drift: at('drift.json') },
})
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
const html = statSync(at('reports/drift_2024-01-31_vs_2024-02-29.html')).size
console.log(
  JSON.stringify({
    cpu: (userCPUTime + systemCPUTime) / 1e6,
    memory: maxRSS / 1024,
    json: statSync(at('drift.json')).size,
    html,
  }),
)
