/**
 * Registers the candidate and acts on the comparison: it goes into Production, waits for a person
 * where `promote.require_approval` says so, stays open as the challenger, or stays out. A challenger of
 * the months before is settled with it. A candidate is decided once: run again, it keeps the answer that it
 * got, so a second run promotes nothing twice and undoes no rollback. A candidate of an earlier period than
 * the newest one is registered and goes no further by itself.
 *
 * `weir registry promote`, `approve`, `reject` and `rollback` change afterwards what this stage decided.
 */
import { Type } from '@sinclair/typebox'
import {
  Challenge,
  Comparison,
  Decision,
  Evaluation,
  Promotion,
  Publication,
} from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { verifyBundle } from '@weir/models/load'
import { openBundle } from '@weir/registry/bundle'
import { production, type Version } from '@weir/registry/fold'
import { openRegistry, type Registry } from '@weir/registry/registry'
import { defineStage, folder, json, ref, StageError } from '@weir/runner'
import { decideTogether } from './models/decide-together.ts'
import { settledOf } from './models/put-forward.ts'
import { asStageError } from './models/registry-failure.ts'
import { requestOf } from './models/request.ts'
import { showPromotion } from './models/show-promotion.ts'

export default defineStage({
  title: 'Promote',
  params: {
    as_of: AsOf,
    promote: Type.Object({
      name: Type.String({ minLength: 1 }),
      store: Type.String({ minLength: 1 }),
      require_approval: Type.Boolean(),
    }),
  },
  inputs: {
    candidate: folder('artifacts/candidate'),
    evaluation: json('artifacts/evaluation.json', Evaluation),
    comparison: json('artifacts/comparison.json', Comparison),
    decision: json('artifacts/decision.json', Decision),
    challenge: json('artifacts/challenge.json', Challenge),
    // The table that goes live with the candidate.
    publication: json('artifacts/publication.json', Publication),
  },
  outputs: {
    promotion: json('artifacts/promotion.json', Promotion),
    registered: ref(
      'registry://${promote.name}/registered?store=${promote.store}&candidate=artifacts/candidate',
    ),
  },
  run: ({ params, inputs, outputs, log, show }) =>
    asStageError(async () => {
      const { as_of, promote } = params
      const [comparison, challenge] = [
        await inputs.comparison.read(),
        await inputs.challenge.read(),
      ]
      const table = { digest: (await inputs.publication.read()).table, as_of }
      const registry = openRegistry(promote.store, { verify: verifyBundle, period: as_of })
      const { name } = promote
      const before = await registered(registry, inputs.candidate.path, as_of, name, comparison)
      await registry.evaluate(name, before.version, await inputs.evaluation.read())
      const outcome = isDecided(before)
        ? { candidate: settledOf({ version: before }), challenger: null }
        : await decideTogether(registry, before, {
            comparison,
            challenge,
            entering: {
              table,
              requireApproval: promote.require_approval,
              request: await requestOf(comparison, table),
            },
          })
      const after = (await registry.state()).get(name)?.versions.get(before.version) ?? before
      const { decision, reason } = outcome.candidate
      await outputs.promotion.write({
        as_of,
        decision,
        version: after.version,
        digest: after.digest,
        replaces: after.decided?.replaces ?? null,
        reason,
        challenger: outcome.challenger,
      })
      const decidedBefore = isDecided(before)
      const told = { comparison, decision: await inputs.decision.read(), decidedBefore, ...outcome }
      showPromotion({ log, show }, as_of, after, told)
    }),
})

/** Whether it is known what became of it; one that waits is put forward anew where its grounds have changed. */
function isDecided({ decided, stage }: Version): boolean {
  return decided !== null && stage !== 'Staging'
}

/** Registers the candidate, which must have been compared with what is in Production now. */
async function registered(
  registry: Registry,
  candidate: string,
  as_of: string,
  due: string,
  comparison: Comparison,
): Promise<Version> {
  const { name } = await openBundle(candidate)
  if (name !== due) {
    const message = `the candidate is a ${name}, promote.name is ${due}`
    const hint = 'train it again under the new name, or set promote.name back'
    throw new StageError('CANDIDATE_NAME', message, { where: candidate, hint })
  }
  const standing = production((await registry.state()).get(name))?.version ?? null
  const { version, changed } = await registry.register(candidate, `candidate of ${as_of}`)
  if (changed && standing !== comparison.production_version) {
    const [now, then] = [standing, comparison.production_version].map((v) => v ?? 'nothing')
    const message = `Production is ${now} now, the candidate was compared with ${then}`
    const where = 'artifacts/comparison.json'
    throw new StageError('COMPARISON_STALE', message, { where, hint: 'run the pipeline again' })
  }
  return version
}
