// What the registry answers to a stage: the version that a registry:// dependency names.
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { readJson } from '@weir/formats/json-file'
import { StageError } from '@weir/runner'

const VersionSchema = Type.Object({
  version: Type.Integer(),
  digest: Type.String(),
  as_of: Type.String(),
  bundle: Type.String(),
})

/** A registered version: `bundle` is the folder of its stored bundle, relative to the project. */
export type RegisteredVersion = Static<typeof VersionSchema>

/**
 * The version at the stage's one `registry://…/KIND?…` input, or null where there is none.
 * @param inputs the stage's inputs
 * @throws StageError REGISTRY_INPUT_MISSING, REGISTRY_INPUT_INVALID
 */
export async function readRegisteredVersion(
  inputs: Readonly<Record<string, string>>,
  kind: 'incumbent' | 'rival',
): Promise<RegisteredVersion | null> {
  const [reference, path] = Object.entries(inputs).find(([name]) => isReference(name, kind)) ?? []
  if (reference === undefined || path === undefined) {
    throw new StageError('REGISTRY_INPUT_MISSING', `the stage depends on no registry://…/${kind}`, {
      where: `registry://…/${kind}`,
      hint: 'name it in the stage’s deps in pipeline.yaml',
    })
  }
  const answer = await readJson(path)
  if (Value.Check(VersionSchema, answer)) return answer
  if (answer === null || Value.Check(Type.Object({ version: Type.Null() }), answer)) return null
  throw new StageError('REGISTRY_INPUT_INVALID', `${reference} is not a version`, {
    where: path,
    hint: 'weir registry list tells whether the registry can be read',
  })
}

function isReference(name: string, kind: string): boolean {
  return name.startsWith('registry://') && name.includes(`/${kind}?`)
}
