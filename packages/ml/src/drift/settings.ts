// What a user may set about drift: the rule, and method and threshold for all columns, one kind, or one column.
import type { ColumnKind, DriftPreset } from '@weir/formats/artifacts'
import type { MethodName } from './method.ts'

/** A choice of method and threshold; what is absent is left to the next wider choice. */
export interface Choice {
  readonly method?: MethodName | undefined
  readonly threshold?: number | undefined
}

export interface DriftSettings {
  /** `weir`, the default: significant and of a size that matters. `evidently`: one score a column. */
  readonly preset?: DriftPreset | undefined
  /** Level of the tests of the rule `weir`. */
  readonly alpha?: number | undefined
  readonly all?: Choice | undefined
  readonly types?: { readonly [kind in ColumnKind]?: Choice | undefined } | undefined
  readonly columns?: Readonly<Record<string, Choice>> | undefined
  /**
   * How p-values are adjusted for there being many; distances are left alone. By default
   * `benjamini_hochberg` for the rule `weir`, none for `evidently`.
   */
  readonly correction?: 'none' | 'benjamini_hochberg' | undefined
  /** Where the permutations of `tvd_p` start from; default 0. */
  readonly seed?: number | undefined
}

/**
 * The level of the tests unless the user sets one. Benjamini–Hochberg raises a false alarm in at most
 * this share of data sets in which nothing moved: the budget of drift (decisions/reasons.ts).
 */
export const DEFAULT_ALPHA = 0.01

export const correctionOf = ({
  preset,
  correction,
}: DriftSettings): 'none' | 'benjamini_hochberg' =>
  correction ?? (preset === 'evidently' ? 'none' : 'benjamini_hochberg')

/** The choice for one column: its own wins over its kind's, which wins over the global one; each part by itself. */
export function choiceFor(settings: DriftSettings, name: string, kind: ColumnKind): Choice {
  const own = Object.hasOwn(settings.columns ?? {}, name) ? settings.columns?.[name] : undefined
  const [wider, widest] = [settings.types?.[kind], settings.all]
  return {
    method: own?.method ?? wider?.method ?? widest?.method,
    threshold: own?.threshold ?? wider?.threshold ?? widest?.threshold,
  }
}
