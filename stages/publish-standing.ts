/**
 * Puts the period's feature table live for the version that stays in Production, whether or not a
 * candidate is trained; where none is, it also does what the look at the open challenger came to. The table goes into the registry's store, under its digest; the server reads it
 * there. Where nothing is in Production yet, the table waits there for the first model. A run of an
 * earlier period than the newest one changes nothing that is served.
 */
import { Type } from '@sinclair/typebox'
import { Challenge, Decision, Publication } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { verifyBundle } from '@weir/models/load'
import type { TableRef } from '@weir/registry/event'
import { type ModelState, production } from '@weir/registry/fold'
import { openRegistry } from '@weir/registry/registry'
import { defineStage, folder, json, ref } from '@weir/runner'
import { DECISION_WORDS } from './models/put-forward.ts'
import { incumbent, versionIn } from './models/registered-version.ts'
import { asStageError } from './models/registry-failure.ts'
import { settleChallenger } from './models/settle-challenger.ts'

export default defineStage({
  title: 'Publish the feature table',
  params: {
    as_of: AsOf,
    promote: Type.Object({
      name: Type.String({ minLength: 1 }),
      store: Type.String({ minLength: 1 }),
      require_approval: Type.Boolean(),
    }),
  },
  inputs: {
    online: folder('artifacts/online'),
    decision: json('artifacts/decision.json', Decision),
    challenge: json('artifacts/challenge.json', Challenge),
    incumbent,
  },
  outputs: {
    publication: json('artifacts/publication.json', Publication),
    table: ref(
      'registry://${promote.name}/table?store=${promote.store}&table=artifacts/online&before=${as_of}',
    ),
  },
  run: ({ params, inputs, outputs, log, show }) =>
    asStageError(async () => {
      const { as_of, promote } = params
      const registry = openRegistry(promote.store, { verify: verifyBundle, period: as_of })
      const table = await registry.storeTable(inputs.online.path)
      const standing = versionIn(await inputs.incumbent.read())
      const decision = await inputs.decision.read()
      if (standing !== null) {
        await registry.publish(promote.name, table, `the month of ${as_of}`, groundsOf(decision))
      }
      // With a candidate to come, promote settles the two together.
      const challenger = decision.retrain
        ? null
        : await settleChallenger(registry, promote.name, await inputs.challenge.read(), {
            table,
            requireApproval: promote.require_approval,
          })
      const state = (await registry.state()).get(promote.name)
      const published = publicationOf(as_of, table, standing === null ? undefined : state)
      await outputs.publication.write({ ...published, challenger })
      log(published.reason)
      const lines = [published.reason]
      if (challenger !== null) {
        const { version, decision: came, reason } = challenger
        lines.push(`challenger v${version}: ${DECISION_WORDS[came]}; ${reason}`)
        log(lines.at(-1) ?? '')
      }
      for (const line of lines) show.markdown(`${line}.`)
    }),
})

/** What later decisions must know of this one: the labels that it used, and what asked for a new model. */
function groundsOf({ action, labelled, reasons }: Decision) {
  const asking = reasons.filter(({ asks, silenced }) => asks && silenced === null)
  const causes = asking.map(({ name, figure }) => ({ reason: name, figure }))
  return { labelled, causes: action === 'retrain' ? causes : [] }
}

/** What is live now; `state` is undefined where nothing was in Production before this period. */
export function publicationOf(
  as_of: string,
  table: TableRef,
  state: ModelState | undefined,
): Publication {
  const version = production(state)?.version ?? null
  const live = version !== null && state?.table?.digest === table.digest
  const about = { as_of, table: table.digest, version, live, challenger: null }
  if (version === null) {
    const reason = `nothing is in Production: the feature table of ${as_of} waits for a first model`
    return { ...about, reason }
  }
  if (live) {
    return { ...about, reason: `version ${version} is served with the feature table of ${as_of}` }
  }
  const other = state?.table?.as_of ?? 'no period'
  const reason = `version ${version} is served with the feature table of ${other}; that of ${as_of} changes nothing`
  return { ...about, reason }
}
