// How charts look: colours are the page's CSS variables, so that a drawn chart follows light and dark mode.

/** The page's categorical colours in order; tell-apart for the common forms of colour blindness. */
const CATEGORY = [
  'var(--c1)',
  'var(--c2)',
  'var(--c3)',
  'var(--c4)',
  'var(--c5)',
  'var(--c6)',
  'var(--c7)',
  'var(--c8)',
]

// Interpolated ramps need real colours. Both ends stay visible on a light and on a dark ground.
const RAMP = ['#a9d3e6', '#5fa5c9', '#2c78a8', '#17507f']
const DIVERGING = ['#b5541c', '#e0a070', '#b9bec2', '#6aa9cc', '#1d6a99']

const AXIS = {
  domainColor: 'var(--axis)',
  tickColor: 'var(--axis)',
  gridColor: 'var(--grid)',
  labelColor: 'var(--soft)',
  titleColor: 'var(--ink)',
  labelFontSize: 12,
  titleFontSize: 12,
  titleFontWeight: 600,
  titlePadding: 8,
  labelPadding: 4,
  tickSize: 4,
  labelFlush: false,
  labelSeparation: 6,
}

// Names under narrow columns are slanted, so that none has to be left out.
const SLANTED = {
  labelAngle: { expr: "bandwidth('x') < 64 ? -40 : 0" },
  labelAlign: { expr: "bandwidth('x') < 64 ? 'right' : 'center'" },
  labelBaseline: { expr: "bandwidth('x') < 64 ? 'middle' : 'top'" },
}

const MARKS = {
  line: { strokeWidth: 2, strokeCap: 'round', strokeJoin: 'round' },
  rule: { color: 'var(--soft)' },
  // The halo keeps a number readable on any colour; the page paints it behind the letters.
  text: {
    color: 'var(--ink)',
    fontSize: 12,
    stroke: 'var(--paper)',
    strokeWidth: 3,
    strokeJoin: 'round',
  },
  area: { opacity: 0.25, line: true },
  point: { filled: true, size: 45 },
  boxplot: { median: { color: 'var(--paper)' }, rule: { color: 'var(--axis)' } },
  errorband: { opacity: 0.2 },
}

/**
 * The Vega-Lite config of every chart; a specification's own config wins. The size is the whole
 * picture's: two fit side by side on a desk, one fills a phone.
 */
export function chartTheme(): Record<string, unknown> {
  return {
    ...MARKS,
    background: null,
    // The page's own font: `leanSvg` leaves this word out.
    font: 'inherit',
    padding: 4,
    autosize: { type: 'fit', contains: 'padding' },
    mark: { color: 'var(--c1)', tooltip: true },
    view: {
      stroke: null,
      continuousWidth: 440,
      continuousHeight: 280,
      discreteWidth: 440,
      discreteHeight: { step: 22 },
    },
    axis: AXIS,
    axisBand: { grid: false, ticks: false },
    axisXBand: SLANTED,
    legend: {
      orient: 'top',
      direction: 'horizontal',
      columns: 4,
      titleColor: 'var(--ink)',
      labelColor: 'var(--soft)',
      labelFontSize: 12,
      titleFontSize: 12,
      titleFontWeight: 600,
      symbolStrokeWidth: 2,
    },
    facet: { spacing: 28 },
    concat: { spacing: 28 },
    header: { labelColor: 'var(--soft)', titleColor: 'var(--ink)', labelFontSize: 12 },
    title: { color: 'var(--ink)', fontSize: 13, fontWeight: 600, anchor: 'start' },
    range: { category: CATEGORY, ramp: RAMP, ordinal: RAMP, heatmap: RAMP, diverging: DIVERGING },
  }
}
