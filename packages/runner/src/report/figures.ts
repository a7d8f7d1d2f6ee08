// Figures as tiles, each with its change since the last run.

import { clip, escapeHtml } from './escape.ts'
import { formatChange, formatNumber } from './number.ts'
import type { MetricValue } from './show.ts'

const MOST_TILES = 60

type Values = Readonly<Record<string, MetricValue>>

function valueText(value: MetricValue): string {
  if (value === null) return '–'
  return typeof value === 'number' ? formatNumber(value) : clip(String(value), 120)
}

/** What changed, in words: nothing where there is no earlier value. */
function changeText(now: MetricValue, before: MetricValue | undefined): string {
  if (before === undefined) return ''
  // The record of the last run is JSON, which has no -0.
  if (now === before || Object.is(now, before)) return 'unchanged'
  if (typeof now !== 'number' || typeof before !== 'number') return `was ${valueText(before)}`
  const arrow = now > before ? '▲' : '▼'
  return `${arrow} ${formatChange(now - before)}`
}

function tileHtml(name: string, now: MetricValue, before: MetricValue | undefined): string {
  const change = changeText(now, before)
  const was = typeof before === 'number' ? ` title="was ${escapeHtml(String(before))}"` : ''
  const exact = typeof now === 'number' ? ` title="${escapeHtml(String(now))}"` : ''
  const note = change === '' ? '' : `<span class="change"${was}>${escapeHtml(change)}</span>`
  return `<div class="tile"><dt>${escapeHtml(clip(name, 120))}</dt><dd><span class="value"${exact}>${escapeHtml(valueText(now))}</span>${note}</dd></div>`
}

/**
 * Figures by name, in their own order. `previous` holds the last run's figures: numbers show the
 * difference, others what they were; a figure without an earlier value shows none.
 */
export function metricsHtml(values: Values, previous: Values = {}): string {
  const names = Object.keys(values)
  const shown = names.slice(0, MOST_TILES)
  const tiles = shown.map((name) => {
    const before = Object.hasOwn(previous, name) ? previous[name] : undefined
    return tileHtml(name, values[name] ?? null, before)
  })
  const cut =
    names.length > MOST_TILES
      ? `<p class="cut">Shown: the first ${MOST_TILES} of ${names.length} figures.</p>`
      : ''
  return `<dl class="tiles">${tiles.join('')}</dl>${cut}`
}
