// Masks the values of secret variables in the output and messages of a stage, where they enter the runner: log, terminal,
// notebook, run record and --json never see them. Other forms of a value (base64, URL-encoded, escaped, split
// over two lines) are not known here.

/** Gives a copy of a text, or of plain data, in which every secret is `***`; also in the keys of maps. */
export interface Mask {
  <T>(said: T): T
  /**
   * The length of the longest secret in bytes. A text that is cut may end with so many bytes of a secret's beginning.
   */
  readonly longest: number
}

const MASKED = '***'
/** The shortest value that is masked. A shorter one would mask much of a log, and could be guessed from the gaps. */
const SHORTEST = 4

/** The mask of the values of some variables, those that are set. */
export function maskOf(
  names: Iterable<string>,
  environment: Readonly<Record<string, string | undefined>>,
): Mask {
  const values = [...names].flatMap((name) =>
    Object.hasOwn(environment, name) ? (environment[name] ?? []) : [],
  )
  const secrets = secretsIn(values)
  const longest = Math.max(0, ...secrets.map((secret) => Buffer.byteLength(secret)))
  if (secrets.length === 0) return Object.assign(<T>(said: T): T => said, { longest })
  return Object.assign(<T>(said: T): T => masked(said, secrets) as T, { longest })
}

/** What is looked for: each line of each value, since a log is masked line by line. */
function secretsIn(values: readonly string[]): string[] {
  const lines = values.flatMap((value) => value.split(/\r\n|\r|\n/)).map((line) => line.trim())
  return [...new Set(lines)].filter((line) => line.length >= SHORTEST)
}

function masked(said: unknown, secrets: readonly string[]): unknown {
  if (typeof said === 'string') return maskedText(said, secrets)
  if (Buffer.isBuffer(said)) return maskedBytes(said, secrets)
  if (Array.isArray(said)) return said.map((item) => masked(item, secrets))
  if (!isPlain(said)) return said
  const entries = Object.entries(said).map(([key, item]) => [
    maskedText(key, secrets),
    masked(item, secrets),
  ])
  return Object.fromEntries(entries)
}

/** Bytes of a log, which need not be UTF-8: as text of one letter a byte, in which secrets stand as their bytes. */
function maskedBytes(said: Buffer, secrets: readonly string[]): Buffer {
  if (!secrets.some((secret) => said.includes(secret))) return said
  const asBytes = secrets.map((secret) => Buffer.from(secret).toString('latin1'))
  return Buffer.from(maskedText(said.toString('latin1'), asBytes), 'latin1')
}

/** True for a map as JSON has it; a number or a typed array has no text to mask. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** Every place that any secret covers, as one `***` where places overlap or touch: no part of a longer one is left. */
function maskedText(text: string, secrets: readonly string[]): string {
  const places = secrets.flatMap((secret) => placesOf(text, secret)).sort(([a], [b]) => a - b)
  let result = ''
  let end = 0
  for (const [from, to] of places) {
    if (from > end || result === '') result += `${text.slice(end, from)}${MASKED}`
    end = Math.max(end, to)
  }
  return result + text.slice(end)
}

function placesOf(text: string, secret: string): [from: number, to: number][] {
  const places: [number, number][] = []
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1))
    places.push([at, at + secret.length])
  return places
}
