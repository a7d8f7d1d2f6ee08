// Measures what the runner costs beside node's own start, ninja and DVC, in one run and as ratios: nothing to do,
// and trivial stages from cold.
// npm run bench -- bench/runner.ts
import { compare, has, type Rival, sayMachine } from './measure.ts'
import {
  cellProject,
  dvcProject,
  fan,
  must,
  ninjaProject,
  remove,
  shippedShape,
  WEIR,
  weirProject,
} from './projects.ts'

const IDLE_REPEATS = 15
const COLD_REPEATS = 3
const NODE: Rival = { name: 'node -e 0', command: [process.execPath, '-e', '0'], cwd: '.' }

sayMachine()
const hasDvc = has('dvc')
const hasNinja = has('ninja')
idle('10 shell stages', weirProject(fan(10)), 1.6)
idle('1,000 shell stages', weirProject(fan(1000)), 2.5)
idle('1,000 cells that share 14 helpers', cellProject(fan(1000), 14), 2.5)
if (hasNinja) coldAgainstNinja(1000)
if (hasDvc) {
  idleAgainstDvc()
  coldAgainstDvc(200)
}

function weir(name: string, cwd: string): Rival {
  return { name, cwd, command: [process.execPath, WEIR, 'run', '--json', '--jobs', '2'] }
}

/** Nothing to do, beside what node itself needs to start. */
function idle(what: string, root: string, most: number): void {
  const ours = weir('weir', root)
  must(process.execPath, ours.command.slice(1), root)
  compare(`nothing to do, ${what}`, [ours, NODE], IDLE_REPEATS, { most })
  remove(root)
}

/** Trivial shell stages from cold, two at a time. */
function coldAgainstNinja(count: number): void {
  const [ours, theirs] = [weirProject(fan(count)), ninjaProject(fan(count))]
  const clean =
    (root: string, ...made: string[]) =>
    () =>
      remove(...made.map((name) => `${root}/${name}`))
  const rivals: Rival[] = [
    { ...weir('weir', ours), before: clean(ours, 'o', '.weir', 'pipeline.lock', 'reports') },
    {
      name: 'ninja -j2',
      command: ['ninja', '-j2', '--quiet'],
      cwd: theirs,
      before: clean(theirs, 'o', '.ninja_log', '.ninja_deps'),
    },
  ]
  compare(`${count} trivial shell stages from cold`, rivals, COLD_REPEATS, { most: 5 })
  remove(ours, theirs)
}

/** Nothing to do in a pipeline of the shipped shape: as cells here, as commands there. */
function idleAgainstDvc(): void {
  const stages = shippedShape()
  const [ours, theirs] = [cellProject(stages, 0), dvcProject(stages)]
  const rivals: Rival[] = [weir('weir, cells', ours), dvc(theirs)]
  for (const {
    command: [program = '', ...args],
    cwd,
  } of rivals)
    must(program, args, cwd)
  compare(`nothing to do, the ${stages.length} stages of pipeline.yaml`, rivals, 7, { most: 0.2 })
  remove(ours, theirs)
}

function dvc(cwd: string): Rival {
  return { name: 'dvc repro', command: ['dvc', 'repro', '--quiet'], cwd }
}

/** Trivial shell stages from cold, once each: DVC takes a minute. */
function coldAgainstDvc(count: number): void {
  const [ours, theirs] = [weirProject(fan(count)), dvcProject(fan(count))]
  const rivals = [weir('weir', ours), dvc(theirs)]
  compare(`${count} trivial shell stages from cold`, rivals, 1, { timesFaster: 10 })
  remove(ours, theirs)
}
