// Typed columns: the values of one column in one typed array, with blanks apart.

/** What a column holds. `integer` is whole numbers that a double holds exactly; `timestamp` is in UTC. */
export type ColumnKind = 'boolean' | 'integer' | 'bigint' | 'number' | 'text' | 'date' | 'timestamp'

/** One value of a column; null where the source is blank. */
export type ColumnValue = boolean | number | bigint | string | Date | null

/** The values of a column by row: what Arquero takes as a column, without a copy. */
export type Column =
  | BooleanColumn
  | NumberColumn
  | BigIntColumn
  | TextColumn
  | LevelColumn
  | DateColumn

/** The columns of a table by name, in order, all of `rows` values. */
export interface Columns {
  readonly rows: number
  readonly columns: ReadonlyMap<string, Column>
}

/** Which rows are blank: 1 for a blank one; null where none is. */
export type Blanks = Uint8Array | null

abstract class TypedColumn<Value extends ColumnValue> implements Iterable<Value | null> {
  abstract readonly kind: ColumnKind
  abstract readonly length: number
  /** The value of a row; undefined where there is no such row. */
  abstract at(row: number): Value | null | undefined

  *[Symbol.iterator](): Iterator<Value | null> {
    for (let row = 0; row < this.length; row++) yield this.at(row) ?? null
  }
}

/** A column whose values are in one typed array, with a flag a row for blanks. */
abstract class ArrayColumn<
  Value extends ColumnValue,
  Values extends { readonly length: number },
> extends TypedColumn<Value> {
  readonly values: Values
  readonly blanks: Blanks

  constructor(values: Values, blanks: Blanks) {
    super()
    this.values = values
    this.blanks = blanks
  }

  get length(): number {
    return this.values.length
  }
}

/** Numbers; of kind `integer` where the source has an integer type. */
export class NumberColumn extends ArrayColumn<number, Float64Array> {
  readonly kind: 'number' | 'integer'

  constructor(kind: 'number' | 'integer', values: Float64Array, blanks: Blanks) {
    super(values, blanks)
    this.kind = kind
  }

  at(row: number): number | null | undefined {
    return this.blanks !== null && this.blanks[row] === 1 ? null : this.values[row]
  }
}

/** Whole numbers of 64 bits. */
export class BigIntColumn extends ArrayColumn<bigint, BigInt64Array> {
  readonly kind = 'bigint'

  at(row: number): bigint | null | undefined {
    return this.blanks !== null && this.blanks[row] === 1 ? null : this.values[row]
  }
}

/** Booleans: 1 for true. */
export class BooleanColumn extends ArrayColumn<boolean, Uint8Array> {
  readonly kind = 'boolean'

  at(row: number): boolean | null | undefined {
    if (this.blanks !== null && this.blanks[row] === 1) return null
    const value = this.values[row]
    return value === undefined ? undefined : value === 1
  }
}

/** Texts; null for a blank one. */
export class TextColumn extends TypedColumn<string> {
  readonly kind = 'text'
  readonly values: readonly (string | null)[]

  constructor(values: readonly (string | null)[]) {
    super()
    this.values = values
  }

  get length(): number {
    return this.values.length
  }

  at(row: number): string | null | undefined {
    return this.values[row]
  }
}

/** For each row the number of a level. */
export type Codes = Uint8Array | Uint16Array | Uint32Array

/** Texts of few levels: a number a row. */
export class LevelColumn extends TypedColumn<string> {
  readonly kind = 'text'
  readonly codes: Codes
  readonly levels: readonly string[]
  readonly blanks: Blanks

  constructor(codes: Codes, levels: readonly string[], blanks: Blanks) {
    super()
    this.codes = codes
    this.levels = levels
    this.blanks = blanks
  }

  get length(): number {
    return this.codes.length
  }

  at(row: number): string | null | undefined {
    if (this.blanks !== null && this.blanks[row] === 1) return null
    const code = this.codes[row]
    return code === undefined ? undefined : this.levels[code]
  }
}

/** Days or moments, as milliseconds since 1970 in UTC; each read gives a new Date. */
export class DateColumn extends ArrayColumn<Date, Float64Array> {
  readonly kind: 'date' | 'timestamp'

  constructor(kind: 'date' | 'timestamp', values: Float64Array, blanks: Blanks) {
    super(values, blanks)
    this.kind = kind
  }

  at(row: number): Date | null | undefined {
    if (this.blanks !== null && this.blanks[row] === 1) return null
    const value = this.values[row]
    return value === undefined ? undefined : new Date(value)
  }
}
