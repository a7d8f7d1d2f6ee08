// What the server counts, for Prometheus.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { ServedModel } from './model.ts'
import type { OnlineTable } from './online.ts'

export interface Metrics {
  readonly registry: Registry
  /** One answered request; seconds from its arrival to the answer. */
  request(method: string, route: string, status: number, seconds: number): void
  predictions(model: ServedModel, prediction: 0 | 1, count: number): void
  /** Answers that the log of predictions could not take. */
  predictionsDropped(count: number): void
  modelSwapped(next: ServedModel): void
  onlineSwapped(next: OnlineTable): void
  refused(what: 'model' | 'features'): void
}

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

/** A fresh set of metrics; `process` adds Node's own (memory, event loop). */
export function createMetrics({ process = false } = {}): Metrics {
  const registry = new Registry()
  if (process) collectDefaultMetrics({ register: registry })
  const counter = counterIn(registry)
  const requests = counter(
    'api_requests_total',
    'Requests by method, route and status.',
    'method',
    'route',
    'status',
  )
  const latency = new Histogram({
    name: 'api_request_latency_seconds',
    help: 'Time from the arrival of a request to its answer.',
    labelNames: ['method', 'route'] as const,
    buckets: SECONDS,
    registers: [registry],
  })
  const predictions = counter(
    'api_predictions_total',
    'Predictions by model version and predicted class.',
    'version',
    'prediction',
  )
  const dropped = counter(
    'api_prediction_log_dropped_total',
    'Predictions that were served and could not be logged.',
  )
  return {
    registry,
    predictionsDropped: (count) => dropped.inc(count),
    request: (method, route, status, seconds) => {
      requests.inc({ method, route, status })
      latency.observe({ method, route }, seconds)
    },
    predictions: ({ version: { version } }, prediction, count) =>
      predictions.inc({ version, prediction }, count),
    ...swapMetrics(registry),
  }
}

/** Makes counters in a registry. */
function counterIn(registry: Registry) {
  return <Label extends string = never>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter<Label>({ name, help, labelNames, registers: [registry] })
}

/** The metrics of what is served: model, feature table, swaps and refusals. */
function swapMetrics(registry: Registry) {
  const registers = [registry]
  const model = new Gauge({
    name: 'api_model_info',
    help: 'The model that is served; always 1.',
    labelNames: ['name', 'version', 'digest'] as const,
    registers,
  })
  const counter = counterIn(registry)
  const swaps = counter(
    'api_swaps_total',
    'How often a newer model or feature table took its place.',
    'what',
  )
  const refusals = counter(
    'api_refusals_total',
    'How often a newer model or feature table was refused.',
    'what',
  )
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers })
  const rows = gauge('api_online_rows', 'Rows of the online feature table.')
  const asOf = gauge('api_online_as_of_seconds', 'The as_of of the online table, in Unix time.')
  return {
    modelSwapped: ({ version: { name, version, digest } }: ServedModel) => {
      model.reset()
      model.set({ name, version, digest }, 1)
      swaps.inc({ what: 'model' })
    },
    onlineSwapped: ({ manifest }: OnlineTable) => {
      rows.set(manifest.rows)
      asOf.set(Date.parse(manifest.as_of) / 1000)
      swaps.inc({ what: 'features' })
    },
    refused: (what: 'model' | 'features') => refusals.inc({ what }),
  }
}
