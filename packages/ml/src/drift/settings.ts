// What a user may set about drift: method and threshold, for all columns, one kind, or one column.
import type { ColumnKind } from '@weir/formats/artifacts'
import type { MethodName } from './method.ts'

/** A choice of method and threshold; what is absent is left to the next wider choice. */
export interface Choice {
  readonly method?: MethodName | undefined
  readonly threshold?: number | undefined
}

export interface DriftSettings {
  readonly all?: Choice | undefined
  readonly types?: { readonly [kind in ColumnKind]?: Choice | undefined } | undefined
  readonly columns?: Readonly<Record<string, Choice>> | undefined
  /** How p-values are adjusted for there being many; distances are left alone. Default none. */
  readonly correction?: 'none' | 'benjamini_hochberg' | undefined
}

/** The choice for one column: its own wins over its kind's, which wins over the global one; each part by itself. */
export function choiceFor(settings: DriftSettings, name: string, kind: ColumnKind): Choice {
  const own = Object.hasOwn(settings.columns ?? {}, name) ? settings.columns?.[name] : undefined
  const [wider, widest] = [settings.types?.[kind], settings.all]
  return {
    method: own?.method ?? wider?.method ?? widest?.method,
    threshold: own?.threshold ?? wider?.threshold ?? widest?.threshold,
  }
}
