/**
 * Each collector with its judge, side by side: collected and judged when asked (H1).
 * @module
 */
import type { Broker } from '../../broker/broker.js'
import {
  type HealthFinding,
  type ListenerInfo,
  type OrgCollector,
  type OrgHealth,
  type SystemCollector,
  type SystemHealth,
  worstLevel,
} from '../../shared/api/health.js'
import { iso } from '../../shared/time.js'
import type { Certificate } from '../certificate.js'
import type { Context } from '../context.js'
import { brokerState, brokerWindow } from './broker-collector.js'
import { judgeBroker } from './broker-findings.js'
import type { BrokerHistory } from './broker-history.js'
import type { CertificateWatch } from './certificate-watch.js'
import { DatabaseCollector } from './database-collector.js'
import { judgeDatabase } from './database-findings.js'
import { directorSeen } from './director-collector.js'
import { judgeDirector } from './director-findings.js'
import { diskState, judgeDisk } from './disk.js'
import { enrollmentState } from './enrollment-collector.js'
import { judgeEnrollment } from './enrollment-findings.js'
import { keysState } from './keys-collector.js'
import { judgeKeys } from './keys-findings.js'
import { processStats } from './process-stats.js'
import type { StationWatch } from './station-watch.js'
import { stationsHealth } from './stations-collector.js'
import { judgeStations } from './stations-findings.js'

/** What the collectors look at. */
export interface Sources {
  readonly context: Pick<Context, 'clock' | 'config' | 'prisma'>
  readonly broker: Pick<Broker, 'metrics' | 'isOnline'>
  readonly history: Pick<BrokerHistory, 'recent'>
  readonly certificates: Pick<CertificateWatch, 'counts'>
  readonly watch: Pick<StationWatch, 'told'>
  /** Since when this core listens to stations, seconds. */
  readonly watchedS: () => number
  /** Our own TLS; null: none. */
  readonly tls: Pick<Certificate, 'pair'> | null
  /** Where clients reach the broker, known once it listens. */
  readonly listeners: () => readonly ListenerInfo[]
}

export class Collectors {
  readonly #database: DatabaseCollector

  constructor(private readonly sources: Sources) {
    this.#database = new DatabaseCollector(sources.context)
  }

  /** @throws Error when what it looks at does not answer, such as the database */
  async system(collector: SystemCollector): Promise<SystemHealth> {
    const { context, broker, history, certificates, tls, listeners } = this.sources
    const { thresholds, dataDir } = context.config
    switch (collector) {
      case 'broker': {
        const state = brokerState(broker.metrics(), processStats(), listeners())
        const recent = brokerWindow(history.recent())
        return { collector, ...this.#judged(judgeBroker(state, recent, thresholds)), state, recent }
      }
      case 'database': {
        const state = await this.#database.collect()
        return { collector, ...this.#judged(judgeDatabase(state, thresholds)), state }
      }
      case 'enrollment': {
        const state = await enrollmentState(context)
        return { collector, ...this.#judged(judgeEnrollment(state, thresholds)), state }
      }
      case 'keys': {
        const state = await keysState(context, tls, certificates.counts)
        return { collector, ...this.#judged(judgeKeys(state, thresholds)), state }
      }
      case 'disk': {
        const state = await diskState(dataDir)
        return { collector, ...this.#judged(judgeDisk(state, thresholds)), state }
      }
    }
  }

  /** @throws Error when what it looks at does not answer, such as the database */
  async org(collector: OrgCollector, orgId: string): Promise<OrgHealth> {
    const { context, broker, watch, watchedS } = this.sources
    const { thresholds } = context.config
    const isOnline = (stationId: string) => broker.isOnline(stationId)
    switch (collector) {
      case 'stations': {
        const stations = await stationsHealth(context, watch, isOnline, orgId)
        return {
          collector,
          ...this.#judged(judgeStations(stations, thresholds, watchedS())),
          state: { stations },
        }
      }
      case 'director': {
        const isDirectorOnline = () =>
          Object.values(broker.metrics().connections.service).some((clients) => clients > 0)
        const seen = await directorSeen(context, isDirectorOnline, isOnline, orgId)
        return { collector, ...this.#judged(judgeDirector(seen, thresholds, watchedS())), state: seen.state }
      }
    }
  }

  #judged(findings: HealthFinding[]) {
    const level = worstLevel(findings.map((finding) => finding.level))
    return { at: iso(this.sources.context.clock.now()), level, findings }
  }
}
