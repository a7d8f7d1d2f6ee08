// Colours on a terminal: whether there are any, and text painted in them.

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

/** A colour or a weight. */
export type Style = keyof typeof CODES

/** Paints a text, or leaves it as it is where there are no colours. */
export type Paint = (style: Style, text: string) => string

/** Paints nothing. */
export const plain: Paint = (_, text) => text

const painted: Paint = (style, text) => {
  const [on, off] = CODES[style]
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`
}

/**
 * Whether to colour what goes to `stream`. FORCE_COLOR decides (`0` and `false` are off), then NO_COLOR
 * (any text is off), then whether it is a terminal that knows colours: the order that Node follows.
 */
export function hasColour(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  const forced = env.FORCE_COLOR
  if (forced !== undefined) return forced !== '0' && forced !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** The painter for a stream. */
export function painter(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  return hasColour(stream, env) ? painted : plain
}
