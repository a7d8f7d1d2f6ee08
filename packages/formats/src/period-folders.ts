// Which period each folder of exports holds.
import { isDate } from './definition-references.ts'

/** The folder of one period. */
export interface PeriodFolder {
  /** ISO date. */
  readonly asOf: string
  readonly folder: string
}

export interface PeriodFolders {
  /** Earliest first. */
  readonly periods: readonly PeriodFolder[]
  /** Folders that are no period: no date, and not mapped to one. */
  readonly ignored: readonly string[]
  /** Two folders of one period, where there are some. */
  readonly twice: readonly [PeriodFolder, PeriodFolder] | null
}

/**
 * The periods of a source.
 * @param folders names of its folders, which are dates or mapped to one
 * @param mapped the date of a folder by its name: `periods` of the definition
 */
export function periodFolders(
  folders: readonly string[],
  mapped: Readonly<Record<string, string>>,
): PeriodFolders {
  const found = new Map<string, PeriodFolder>()
  const ignored: string[] = []
  let twice: PeriodFolders['twice'] = null
  for (const folder of folders) {
    const asOf = Object.hasOwn(mapped, folder) ? mapped[folder] : folder
    if (asOf === undefined || !isDate(asOf)) {
      ignored.push(folder)
      continue
    }
    const other = found.get(asOf)
    if (other) twice ??= [other, { asOf, folder }]
    else found.set(asOf, { asOf, folder })
  }
  const periods = [...found.values()].sort((a, b) => (a.asOf < b.asOf ? -1 : 1))
  return { periods, ignored, twice }
}
