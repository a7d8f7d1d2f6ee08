// Draws a Vega-Lite chart to SVG. The drawing libraries are loaded on the first chart, never before.

import { StageError } from '@weir/base'
import type { TopLevelSpec } from 'vega-lite'
import { checkChart } from './chart-data.ts'
import { chartTheme } from './chart-theme.ts'
import type { ChartSpec } from './show.ts'
import { leanSvg } from './svg.ts'
import { textWidth } from './text-width.ts'
import { inUtc } from './utc.ts'

/** What Vega exports and its types leave out. */
interface VegaExtras {
  readonly textMetrics: { width: (item: { fontSize?: number }, text: unknown) => number }
  setRandom(random: () => number): void
  randomLCG(seed: number): () => number
}

type VegaModule = typeof import('vega') & VegaExtras

interface Drawing {
  readonly vega: VegaModule
  readonly lite: typeof import('vega-lite')
}

async function loadDrawing(): Promise<Drawing> {
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')])
  const drawing = { vega: vega as unknown as VegaModule, lite }
  // Without this Vega measures text by a canvas where one is installed, and labels would differ between machines.
  drawing.vega.textMetrics.width = (item, text) => {
    return textWidth(Array.isArray(text) ? text.join(' ') : String(text ?? ''), item.fontSize ?? 11)
  }
  return drawing
}

/**
 * A loader that opens no URL, since a report holds only the data that the stage gives. It notes the URL and returns
 * an empty text, since Vega does not handle a rejected load everywhere.
 */
function closedLoader(vega: VegaModule, errors: string[]): ReturnType<VegaModule['loader']> {
  const refuse = <Answer>(answer: Answer) => {
    return (address: string): Promise<Answer> => {
      errors.push(`a report opens offline: it cannot use ${address}`)
      return Promise.resolve(answer)
    }
  }
  const text = refuse('')
  const sanitize = refuse({ href: '' })
  return Object.assign(vega.loader(), { load: text, http: text, file: text, sanitize })
}

/** Vega logs errors and goes on drawing; this logger keeps them, to be thrown afterwards. */
function keepingLogger(errors: string[]) {
  const note = (...args: readonly unknown[]) => {
    errors.push(args.map((arg) => (arg instanceof Error ? arg.message : String(arg))).join(' '))
    return logger
  }
  const quiet = () => logger
  const level = ((value?: number) => (value === undefined ? 1 : logger)) as never
  const logger = { level, error: note, warn: quiet, info: quiet, debug: quiet } as never
  return logger
}

function withTheme(spec: ChartSpec): TopLevelSpec {
  const own = typeof spec.config === 'object' && spec.config !== null ? spec.config : {}
  const theme = chartTheme()
  const config: Record<string, unknown> = { ...theme }
  for (const [key, value] of Object.entries(own)) {
    const base = theme[key]
    const mergeable = [base, value].every((part) => part?.constructor === Object)
    config[key] = mergeable ? { ...(base as object), ...(value as object) } : value
  }
  return { ...spec, config } as unknown as TopLevelSpec
}

async function draw(spec: ChartSpec, { vega, lite }: Drawing): Promise<string> {
  const errors: string[] = []
  const logger = keepingLogger(errors)
  const compiled = lite.compile(withTheme(spec), { logger }).spec
  vega.setRandom(vega.randomLCG(1))
  const view = new vega.View(vega.parse(inUtc(compiled)), {
    loader: closedLoader(vega, errors),
    logger,
  })
  const svg = await view.toSVG()
  view.finalize()
  if (errors.length > 0) throw new Error(errors.join('; '))
  return svg
}

/**
 * Draws a Vega-Lite specification with inline data as a lean SVG text in the page's colours: a pure
 * function of the specification (text is measured by a table, times are UTC, randomness is seeded).
 * Colours may be the page's CSS variables, such as `var(--soft)`.
 * @throws StageError CHART_INVALID, CHART_TOO_LARGE, CHART_DATA_URL
 */
export async function drawChart(spec: ChartSpec): Promise<string> {
  checkChart(spec)
  const drawing = await loadDrawing()
  try {
    return leanSvg(await draw(spec, drawing))
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    throw new StageError('CHART_INVALID', `a chart could not be drawn: ${cause}`, {
      hint: 'check the specification against https://vega.github.io/vega-lite/docs/',
    })
  }
}
