// What the registry answers to a stage: the version that a registry:// dependency names.
import { Type } from '@sinclair/typebox'
import { isCodedError } from '@weir/base/coded-error'
import { readJson } from '@weir/formats/json-file'
import { ProductionAnswer, type RegisteredVersion } from '@weir/formats/registry-answer'
import { StageError } from '@weir/runner'

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
  const answer = await readJson(path, Answer, reference).catch((error: unknown) => {
    if (!isCodedError(error)) throw error
    throw new StageError('REGISTRY_INPUT_INVALID', error.message, {
      where: path,
      hint: 'weir registry list tells whether the registry can be read',
    })
  })
  return answer === null || answer.version === null ? null : answer
}

/** Null where the registry has nothing to resolve. */
const Answer = Type.Union([ProductionAnswer, Type.Null()])

function isReference(name: string, kind: string): boolean {
  return name.startsWith('registry://') && name.includes(`/${kind}?`)
}
