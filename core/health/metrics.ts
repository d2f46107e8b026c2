/**
 * The metrics as Prometheus reads them (text format 0.0.4).
 * @module
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { HistogramRow, Measured, NumberRow } from './metric-row.js'
import { METRICS } from './metric-table.js'

export class MetricsPage {
  readonly #registry = new Registry()
  #measured: Measured | null = null

  /** `measure` is called once for each page. */
  constructor(private readonly measure: () => Measured) {
    const current = () => {
      this.#measured ??= this.measure()
      return this.#measured
    }
    for (const row of METRICS) {
      if (row.type === 'histogram') new CountedHistogram(row, current, this.#registry)
      else addNumbers(row, current, this.#registry)
    }
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async text(): Promise<string> {
    this.#measured = null
    return await this.#registry.metrics()
  }
}

/** The broker counts by itself; what it has counted is put in at each scrape. */
function addNumbers(
  { type, name, help, labels, samples }: NumberRow,
  current: () => Measured,
  registry: Registry,
) {
  const Kind = type === 'counter' ? Counter : Gauge
  new Kind({
    ...{ name, help, labelNames: [...labels], registers: [registry] },
    collect() {
      this.reset()
      for (const [given, value] of samples(current())) this.inc(given, value)
    },
  })
}

/** A histogram whose measurements were put into buckets elsewhere. */
class CountedHistogram extends Histogram {
  constructor(
    private readonly row: HistogramRow,
    private readonly current: () => Measured,
    registry: Registry,
  ) {
    super({ name: row.name, help: row.help, buckets: [...row.bounds], registers: [registry] })
  }

  /** As the registry asks for it. */
  async getForPromString() {
    const { name, bounds, counts } = this.row
    const { buckets, sumS, count } = counts(this.current())
    let seen = 0
    const upTo = bounds.map((le, i) => {
      seen += buckets[i] ?? 0
      return { metricName: `${name}_bucket`, labels: { le: String(le) }, value: seen }
    })
    return {
      ...{ name, help: this.row.help, type: 'histogram' },
      values: [
        ...upTo,
        { metricName: `${name}_bucket`, labels: { le: '+Inf' }, value: count },
        { metricName: `${name}_sum`, labels: {}, value: sumS },
        { metricName: `${name}_count`, labels: {}, value: count },
      ],
    }
  }
}
