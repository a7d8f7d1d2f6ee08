// Measures drawing a DAG of 1,000 stages and 3,000 edges: as text by `weir dag`, and as the picture of the notebook.
// npm run bench -- bench/dag.ts
import { dagSvg } from '../packages/runner/src/report/graph-svg.ts'
import { tangle } from '../packages/runner/test/dag/dags.ts'
import { interleaved, median, sayMachine } from './measure.ts'
import { must, remove, WEIR, weirProject } from './projects.ts'

const REPEATS = 5

sayMachine()
const { stages, edges } = tangle()
console.log(`\ndrawing ${stages.length} stages with ${edges.length} edges (median of ${REPEATS})`)
command()
picture()

/** The whole command, with the start of node and the reading of the project. */
function command(): void {
  const before = new Map(stages.map(({ name }) => [name, [] as string[]]))
  for (const [from, to] of edges) before.get(to)?.push(from)
  const root = weirProject([...before].map(([name, deps]) => ({ name, deps })))
  const args = [WEIR, 'dag']
  must(process.execPath, args, root)
  const rival = { name: 'weir dag', command: [process.execPath, ...args], cwd: root }
  const [took] = interleaved([rival], REPEATS)
  remove(root)
  if (took) say('weir dag', took.wall, took.cpu)
}

/** The picture alone. */
function picture(): void {
  const runs = Array.from({ length: REPEATS }, () => {
    const [began, used] = [performance.now(), process.cpuUsage()]
    dagSvg({ nodes: stages, edges }, 'the DAG')
    const { user, system } = process.cpuUsage(used)
    return { wall: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 }
  })
  say('the picture', median(runs.map(({ wall }) => wall)), median(runs.map(({ cpu }) => cpu)))
}

function say(name: string, wall: number, cpu: number): void {
  const met = wall < 1 ? 'met' : 'missed'
  console.log(
    `  ${name.padEnd(16)} ${wall.toFixed(3)} s  cpu ${cpu.toFixed(3)} s  goal: under 1 s (${met})`,
  )
}
