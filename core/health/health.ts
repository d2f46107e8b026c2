/**
 * Health: it reads and judges, it never controls (H13).
 * @module
 */
import type { Broker } from '../../broker/broker.js'
import type { ListenerInfo } from '../../shared/api/health.js'
import { SECOND } from '../../shared/time.js'
import type { Certificate } from '../certificate.js'
import type { Context } from '../context.js'
import type { Sealer } from '../crypto/seal.js'
import { Alerts, type Post } from './alerts.js'
import { BrokerHistory } from './broker-history.js'
import { CertificateWatch } from './certificate-watch.js'
import { Collectors } from './collectors.js'
import { LoopDelay } from './loop-delay.js'
import { MetricsPage } from './metrics.js'
import { NotificationRules } from './notification-rules.js'
import { processStats } from './process-stats.js'
import { roundNumbers } from './round-numbers.js'
import { HealthRounds } from './rounds.js'
import { StationWatch } from './station-watch.js'
import { TroubleBook } from './trouble-book.js'

export interface Health {
  readonly collectors: Collectors
  readonly rounds: HealthRounds
  readonly rules: NotificationRules
  readonly alerts: Alerts
  readonly metrics: MetricsPage
  start(): Promise<void>
  stop(): Promise<void>
}

export interface HealthParts {
  readonly context: Context
  readonly broker: Pick<Broker, 'counts' | 'metrics' | 'isOnline' | 'onMessage'>
  /** Where clients reach the broker, known once it listens. */
  readonly listeners: () => readonly ListenerInfo[]
  readonly tls: Pick<Certificate, 'pair'> | null
  readonly sealer: Sealer
  readonly mailer: Post
  readonly version: string
}

export function createHealth(parts: HealthParts): Health {
  const { context, broker, listeners, tls, sealer, mailer, version } = parts
  const { clock, config, events } = context
  const loopDelay = new LoopDelay()
  const certificates = new CertificateWatch(context)
  const watch = new StationWatch(events, broker)
  const history = new BrokerHistory({
    clock,
    counts: () => broker.counts(),
    takeLoopDelay: () => loopDelay.take(),
  })
  const begun = clock.monotonic()
  const watchedS = () => (clock.monotonic() - begun) / SECOND
  const collectors = new Collectors({
    ...{ context, broker, history, certificates, watch, watchedS, tls, listeners },
  })
  const rules = new NotificationRules(context, sealer)
  const alerts = new Alerts({
    ...{ context, rules, sealer, mailer },
    webhooks: { trusted: config.webhookOrigins },
  })
  const rounds = new HealthRounds(context, collectors, new TroubleBook(context), alerts)
  return {
    ...{ collectors, rounds, rules, alerts },
    metrics: new MetricsPage(() => ({
      ...{ broker: broker.metrics(), process: processStats(), loopDelay: history.lastLoopDelay(), version },
      certificates: certificates.counts,
      health: roundNumbers(rounds),
    })),
    start: async () => {
      loopDelay.start()
      history.start()
      watch.start()
      await certificates.start()
      await rounds.start()
    },
    stop: async () => {
      await rounds.stop()
      await alerts.stop()
      await certificates.stop()
      watch.stop()
      history.stop()
      loopDelay.stop()
    },
  }
}
