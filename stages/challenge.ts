/**
 * Is the open challenger better than Production by now? A candidate whose gain could not be told from
 * chance stays open and is compared again on each labelled period, also when nothing is trained. Its gains
 * are pooled over at most three periods; the held-out users are the same each time, so a user counts once.
 *
 * How to read it: it is promoted when the gain exceeds `promote.min_gain` and its lower bound is above zero,
 * rejected when even its upper bound is below what is asked for, and closed as not shown after the third look.
 */
import { resolve } from 'node:path'
import { Type } from '@sinclair/typebox'
import { isCodedError } from '@weir/base'
import { Challenge } from '@weir/formats/artifacts'
import { AsOf } from '@weir/formats/as-of'
import { Split } from '@weir/formats/bundle'
import { readDefinition } from '@weir/formats/definition-file'
import type { Challenger, RegisteredVersion } from '@weir/formats/registry-answer'
import { defineStage, file, folder, json, type Show } from '@weir/runner'
import { rounded } from './charts/figures.ts'
import { readBundleModel } from './models/bundle-model.ts'
import { type Contestant, Gate, gateFigures, lookAt, NO_FIGURES } from './models/gate.ts'
import { challenger, incumbent, versionIn } from './models/registered-version.ts'
import { labelledPeriod } from './periods/labelled-period.ts'

export default defineStage({
  title: 'Compare the challenger with Production',
  params: {
    as_of: AsOf,
    data: Type.Object({ definition: Type.String() }),
    split: Split,
    promote: Gate,
  },
  inputs: {
    definition: file('${data.definition}'),
    features: folder('artifacts/features'),
    challenger,
    incumbent,
  },
  outputs: { challenge: json('artifacts/challenge.json', Challenge) },
  async run({ params, inputs, outputs, metrics, show, log }) {
    const { as_of, split, promote } = params
    const open = await inputs.challenger.read()
    const standing = versionIn(await inputs.incumbent.read())
    const { label } = await readDefinition(inputs.definition.path)
    const features = inputs.features.path
    const labelled = (await labelledPeriod(features, as_of, label.complete))?.asOf ?? null
    const challenge =
      open.version === null || standing === null
        ? nothing(as_of, null, 'there is no open challenger')
        : await challengeOf({ as_of, open, standing, labelled, split, features }, promote)
    await outputs.challenge.write(challenge)
    const { version, answer, gain, se } = challenge
    metrics({ version, answer, gain, se, looks: challenge.looks.length })
    showLook(show, challenge)
    log(challenge.reason)
  },
})

interface Round {
  readonly as_of: string
  readonly open: Challenger
  readonly standing: RegisteredVersion
  readonly labelled: string | null
  readonly split: Split
  readonly features: string
}

function nothing(as_of: string, round: Round | null, reason: string): Challenge {
  const { open, standing } = round ?? {}
  return {
    as_of,
    version: open?.version ?? null,
    against: standing?.version ?? null,
    looks: open?.looks ?? [],
    answer: null,
    ...NO_FIGURES,
    reason,
    guards: [],
  }
}

async function challengeOf(round: Round, gate: Gate): Promise<Challenge> {
  const { as_of, open, standing, labelled, split, features } = round
  const last = open.looks.at(-1)
  if (labelled === null || labelled < open.as_of || (last !== undefined && labelled <= last)) {
    const since = last === undefined ? '' : ` than those of ${last}`
    return nothing(as_of, round, `version ${open.version} waits: no labels are newer${since}`)
  }
  const looks = [...open.looks, labelled]
  const model = await opened(open, `version ${open.version}, the challenger`)
  const production = await opened(standing, `version ${standing.version} in Production`)
  const look = await lookAt(model, production, { features, split, periods: looks }, gate).catch(
    noLook,
  )
  if (typeof look === 'string')
    return nothing(as_of, round, `version ${open.version} waits: ${look}`)
  return {
    as_of,
    version: open.version,
    against: standing.version,
    looks,
    answer: look.answer,
    ...gateFigures(look.verdict),
    reason: `version ${open.version} against version ${standing.version}: ${look.reason}`,
    guards: look.guards,
  }
}

/** The definition has changed under one of the two, or the period cannot judge a model. */
const NO_LOOK: readonly string[] = ['FEATURES_UNFIT', 'NO_HELD_OUT', 'ONE_CLASS']

/** What keeps a look from being made, though the month goes on. */
function noLook(error: unknown): string {
  if (isCodedError(error) && NO_LOOK.includes(error.code)) return error.message
  throw error
}

/** A stage runs in the project's folder, and the registry names bundles relative to it. */
async function opened({ bundle, digest }: RegisteredVersion, what: string): Promise<Contestant> {
  return { what, ...(await readBundleModel(resolve(bundle), what, digest)) }
}

function showLook(
  show: Show,
  { looks, answer, gain, se, guards, reason, ...bounds }: Challenge,
): void {
  show.markdown(`${reason}.`)
  if (answer === null) return
  show.table({
    columns: ['looks', 'gain', 'standard error', 'lower bound', 'upper bound', 'answer'],
    rows: [
      [
        looks.join(', '),
        ...[gain, se, bounds.bound_low, bounds.bound_high].map(rounded),
        answer.replace('_', ' '),
      ],
    ],
  })
  show.table({
    columns: ['guard', 'answer', 'found'],
    rows: guards.map(({ guard, answer: found, text }) => [guard, found, text]),
  })
}
