// Writes the checked settings of `-S key=value` into params.yaml, and restores the file if a stage refuses one.
import type { Problem } from '@weir/base'
import { replaceFile } from '@weir/base/files'
import { PARAMS_FILE } from '../config/layout.ts'
import { paramsText, type Settings } from '../plan/settings.ts'
import type { StageResult } from './events.ts'

/** The write of a run's settings into params.yaml, and its undoing. */
export interface ParamsWrite {
  /** Writes the settings; the problem if the file is not any more what they were checked with. */
  write(): Problem | undefined
  /** Puts the file back if a stage failed for the very value of a param that was set. True if it did. */
  putBack(results: readonly StageResult[]): boolean
  /** Puts the file back after an error that let no stage begin. */
  undo(): void
}

/** Prepares the write of settings; of none where the file is to be kept as it is. */
export function prepareWrite(
  path: string,
  { overlay, old, keys }: Settings,
  keep = false,
): ParamsWrite {
  const text = overlay[PARAMS_FILE]
  if (text === undefined || keep) return NOTHING
  const undo = (): boolean => {
    // Leaves the file alone if a person has edited it meanwhile.
    if (old === undefined || paramsText(path) !== text) return false
    replaceFile(path, old)
    return true
  }
  return {
    write() {
      if (paramsText(path) !== old) return changedMeanwhile()
      replaceFile(path, text)
      return undefined
    },
    putBack(results) {
      const refused = results.flatMap(({ problem }) => problem?.param ?? [])
      return refused.some((param) => keys.some((key) => isPartOf(param, key))) && undo()
    },
    undo,
  }
}

const NOTHING: ParamsWrite = {
  write: () => undefined,
  putBack: () => false,
  undo: () => undefined,
}

/** True for one param, or one that lies in the other: `-S data={…}` sets `data.source`. */
function isPartOf(param: string, key: string): boolean {
  return `${param}.`.startsWith(`${key}.`) || `${key}.`.startsWith(`${param}.`)
}

function changedMeanwhile(): Problem {
  return {
    code: 'INPUT_CHANGED',
    message: `${PARAMS_FILE} changed while -S was checked; nothing was run and nothing written`,
    place: { file: PARAMS_FILE },
    hint: 'run again when nothing else writes there',
  }
}
