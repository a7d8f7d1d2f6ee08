// What a user may set about drift: method and threshold, for all columns, one kind, or one column.
import type { MethodName } from './method.ts'
import type { ColumnKind } from './pair.ts'

/** A choice of method and threshold; what is absent is left to the next wider choice. */
export interface Choice {
  readonly method?: MethodName
  readonly threshold?: number
}

export interface DriftSettings {
  readonly all?: Choice
  readonly types?: Readonly<Partial<Record<ColumnKind, Choice>>>
  readonly columns?: Readonly<Record<string, Choice>>
  /** How p-values are adjusted for there being many; distances are left alone. Default none. */
  readonly correction?: 'none' | 'benjamini_hochberg'
}

/** The choice for one column: its own wins over its kind's, which wins over the global one; each part by itself. */
export function choiceFor(settings: DriftSettings, name: string, kind: ColumnKind): Choice {
  const own = Object.hasOwn(settings.columns ?? {}, name) ? settings.columns?.[name] : undefined
  return { ...settings.all, ...settings.types?.[kind], ...own }
}
