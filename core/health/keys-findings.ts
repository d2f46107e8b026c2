/**
 * What to make of the ages of keys and the ends of certificates (H1, H14). Pure.
 * @module
 */
import type { HealthFinding, KeysState } from '../../shared/api/health.js'
import { fine, judgeBy } from './judging.js'
import type { Thresholds } from './thresholds.js'

const days = (n: number): string => (Math.abs(n) === 1 ? `${n} day` : `${n} days`)
const left = (n: number): string =>
  n < 0 ? `expired ${days(Math.ceil(-n))} ago` : `${days(Math.floor(n))} left`
const aged = (n: number | null): string => (n === null ? 'none' : `${days(Math.floor(n))} old`)

export function judgeKeys(state: KeysState, thresholds: Thresholds): HealthFinding[] {
  const judge = judgeBy(thresholds)
  const { tlsDaysLeft, authorities, stationCertificates, stationKeysLate } = state
  const [authority] = authorities
  return [
    tlsDaysLeft === null
      ? fine('TLS certificate', 'core serves none: TLS ends elsewhere, or there is none')
      : judge('certificateDays', tlsDaysLeft, {
          check: 'TLS certificate',
          found: left(tlsDaysLeft),
          mend: 'Renew it; core takes the new file by itself.',
        }),
    authority === undefined
      ? fine('Certificate authority', 'none')
      : judge('certificateDays', authority.daysLeft, {
          check: 'Certificate authority',
          found: `${left(authority.daysLeft)}; ${authorities.length} trusted`,
          mend: 'Core makes the next one a year before the end: see its log why it did not.',
        }),
    fine('Signing key', aged(state.signingKeyAgeDays)),
    fine(
      'Key of the director',
      state.directorKeyUsedHours === null
        ? `${aged(state.directorKeyAgeDays)}, not used yet`
        : `${aged(state.directorKeyAgeDays)}, used ${Math.floor(state.directorKeyUsedHours)} h ago`,
    ),
    judge('stationKeysLate', stationKeysLate, {
      check: 'Keys of stations',
      found:
        stationKeysLate === 0 ? 'none is late' : `${stationKeysLate} should have been renewed 14 days ago`,
      mend: 'Are those stations online? See their page, and the log of their agents.',
    }),
    judge('stationCertificatesLate', stationCertificates.late + stationCertificates.expired, {
      check: 'Certificates of stations',
      found: `${stationCertificates.good} good, ${stationCertificates.late} with less than 7 days left, ${stationCertificates.expired} expired`,
      mend: 'Agents that have not renewed: see the list of stations, and the log of those agents. They need core over HTTPS.',
    }),
  ]
}
