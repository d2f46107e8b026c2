/**
 * Health: it reads and judges, it never controls (H13).
 * @module
 */
import type { Broker } from '../../broker/broker.js'
import type { BrokerHealth, EnrollmentHealth, ListenerInfo } from '../../shared/api/health.js'
import { worstLevel } from '../../shared/api/health.js'
import { iso } from '../../shared/time.js'
import type { Context } from '../context.js'
import { brokerState, brokerWindow } from './broker-collector.js'
import { judgeBroker } from './broker-findings.js'
import { BrokerHistory } from './broker-history.js'
import { CertificateWatch } from './certificate-watch.js'
import { enrollmentState } from './enrollment-collector.js'
import { judgeEnrollment } from './enrollment-findings.js'
import { LoopDelay } from './loop-delay.js'
import { MetricsPage } from './metrics.js'
import { processStats } from './process-stats.js'

export interface Health {
  /** Collected and judged now (H4). */
  broker(): BrokerHealth
  enrollment(): Promise<EnrollmentHealth>
  readonly metrics: MetricsPage
  start(): Promise<void>
  stop(): Promise<void>
}

/** `listeners`: where clients reach the broker, known once it listens. */
export function createHealth(
  context: Pick<Context, 'clock' | 'config' | 'prisma' | 'log'>,
  broker: Pick<Broker, 'counts' | 'metrics'>,
  listeners: () => readonly ListenerInfo[],
  version: string,
): Health {
  const { clock, config } = context
  const loopDelay = new LoopDelay()
  const certificates = new CertificateWatch(context)
  const history = new BrokerHistory({
    clock,
    counts: () => broker.counts(),
    takeLoopDelay: () => loopDelay.take(),
  })
  return {
    broker: () => {
      const state = brokerState(broker.metrics(), processStats(), listeners(), certificates.counts)
      const recent = brokerWindow(history.recent())
      const findings = judgeBroker(state, recent, config.thresholds)
      const level = worstLevel(findings.map((finding) => finding.level))
      return { collector: 'broker', at: iso(clock.now()), level, findings, state, recent }
    },
    enrollment: async () => {
      const state = await enrollmentState(context)
      const findings = judgeEnrollment(state, config.thresholds)
      const level = worstLevel(findings.map((finding) => finding.level))
      return { collector: 'enrollment', at: iso(clock.now()), level, findings, state }
    },
    metrics: new MetricsPage(() => ({
      ...{ broker: broker.metrics(), process: processStats(), loopDelay: history.lastLoopDelay(), version },
      certificates: certificates.counts,
    })),
    start: async () => {
      loopDelay.start()
      history.start()
      await certificates.start()
    },
    stop: async () => {
      await certificates.stop()
      history.stop()
      loopDelay.stop()
    },
  }
}
