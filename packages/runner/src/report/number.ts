// Numbers as people read them: few digits, grouped thousands, a true minus.

/** Digits grouped by narrow no-break spaces from 10 000 on, so that years and small counts stay as they are. */
function grouped(digits: string): string {
  return digits.length < 5 ? digits : digits.replace(/\B(?=(\d{3})+$)/g, '\u202f')
}

function withMinus(text: string): string {
  return text.replace(/^-/, '\u2212')
}

function exponent(value: number): string {
  const [mantissa = '', power = ''] = value.toExponential(2).split('e')
  return withMinus(`${mantissa}e${power.replace('+', '')}`)
}

/** A finite number with a fixed count of decimals. */
export function formatFixed(value: number, decimals: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.')
  const sign = value < 0 && Number(value.toFixed(decimals)) !== 0 ? '\u2212' : ''
  return sign + grouped(whole) + (fraction === undefined ? '' : `.${fraction}`)
}

/** Decimals that show four significant digits of a number of this size. */
function decimalsFor(size: number): number {
  return Math.max(1, Math.min(4, 3 - Math.floor(Math.log10(size))))
}

function isPlain(value: number): boolean {
  const size = Math.abs(value)
  return size === 0 || (size >= 1e-3 && size < 1e12)
}

/** One number by itself: whole numbers exact, others to about four significant digits (0.8312, 1.23e-5). */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return withMinus(String(value).replace('Infinity', '∞'))
  if (!isPlain(value)) return exponent(value)
  if (Number.isInteger(value)) return formatFixed(value, 0)
  const text = formatFixed(value, decimalsFor(Math.abs(value)))
  return text.replace(/(\.\d*?[1-9])0+$/, '$1')
}

/** A change with its sign: +0.0123, −4, ±0. */
export function formatChange(change: number): string {
  if (change === 0) return '±0'
  return change > 0 ? `+${formatNumber(change)}` : formatNumber(change)
}

function decimalsOf(value: number): number {
  return formatNumber(value).split('.')[1]?.length ?? 0
}

/**
 * A formatter for the numbers of one column, so that their decimal points line up.
 * A number too small or too large for the column's decimals is written with an exponent.
 */
export function columnFormat(values: readonly number[]): (value: number) => string {
  const plain = values.filter((value) => Number.isFinite(value) && isPlain(value))
  const decimals = plain.reduce((most, value) => Math.max(most, decimalsOf(value)), 0)
  return (value) =>
    Number.isFinite(value) && isPlain(value) ? formatFixed(value, decimals) : formatNumber(value)
}
