// Helpers of the graph's tests: stages in few words, and random pipelines without a circle.
import fc from 'fast-check'
import { instanceOf } from '../../src/config/instance.ts'
import type { Pipeline, Stage } from '../../src/config/model.ts'

/** A stage that reads and writes these paths; its place is its number in the file. */
export function stage(
  name: string,
  deps: string[],
  outs: string[],
  more: Partial<Stage> = {},
): Stage {
  return {
    id: instanceOf(name),
    name,
    command: { kind: 'cmd', lines: ['true'] },
    deps,
    params: [],
    outs: outs.map((path) => ({ path, kind: 'out', cache: true, persist: false })),
    env: {},
    secrets: [],
    frozen: false,
    alwaysChanged: false,
    retries: 0,
    place: { file: 'pipeline.yaml', line: 1, col: 1 },
    ...more,
  }
}

/** A pipeline of these stages. */
export function pipelineOf(...stages: Stage[]): Pipeline {
  return { stages, params: {}, cache: { link: 'copy' }, runs: { keep: 1 } }
}

/** Stages s0, s1, …, each of which writes out/N and reads outs of earlier ones only; in any order in the file. */
export const randomStages: fc.Arbitrary<Stage[]> = fc
  .array(fc.uniqueArray(fc.nat(30), { maxLength: 4 }), { minLength: 1, maxLength: 25 })
  .chain((reads) => {
    const stages = reads.map((some, index) =>
      stage(
        `s${index}`,
        index === 0 ? [] : [...new Set(some.map((other) => `out/${other % index}`))],
        [`out/${index}`],
      ),
    )
    return fc.shuffledSubarray(stages, { minLength: stages.length })
  })
