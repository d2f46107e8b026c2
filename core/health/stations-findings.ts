/**
 * What to make of how stations do, and what to do about each (H1, H3). Each check says how many are well, and names each
 * that is not. Pure.
 * @module
 */
import type { HealthFinding, StationHealth } from '../../shared/api/health.js'
import { fine, type Judge, judgeBy, judgeSilence, plural, span } from './judging.js'
import { MIN_MEASURED, type Thresholds } from './thresholds.js'

/** H11: a station that was never planned for, or was unlucky twice, raises no alarm. */
const MIN_FAILED = 3
/** Of one check; beyond, one cause stands behind most of them. */
const MOST_NAMED = 100

type Check = (station: StationHealth, judge: Judge, watchedS: number) => HealthFinding | null

/** `null`: there is nothing to judge it by. */
const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  [
    'Link',
    (s, judge, watchedS) => {
      // H11: one that has never come is not missed yet; nor can core miss anybody while it was away itself.
      if (s.silentS === null && !s.online) return null
      const silentS = s.silentS ?? 0
      const minutes = s.online ? 0 : silentS / 60
      return judgeSilence(judge, 'stationSilentMinutes', minutes, watchedS / 60, {
        ...about(s, 'Link'),
        found: s.online ? 'online' : `offline; heard ${span(silentS)} ago`,
        mend: 'Power and network at the station; then the log of its agent. talos agent doctor beside it says more.',
      })
    },
  ],
  [
    'Rotator',
    (s) => {
      if (s.driverUp === null && s.state === null) return null
      const isHeld = s.state === 'safe_hold'
      const isDegraded = s.state === 'degraded'
      const isWell = s.driverUp !== false && !isHeld && !isDegraded
      const why = s.code === null ? '' : `: ${s.code}`
      return {
        ...about(s, 'Rotator'),
        level: isWell ? 'ok' : isHeld ? 'critical' : 'warning',
        found: isWell
          ? (s.state ?? 'positions come')
          : isHeld || isDegraded
            ? `${s.state}${why}`
            : 'no positions come from its driver',
        mend: isWell
          ? ''
          : isHeld
            ? 'Look at the antenna with your eyes, then release it on its page.'
            : 'See its page and the log of its agent: the driver, its cable, the power of the rotator.',
      }
    },
  ],
  [
    'Position error',
    (s, judge) => {
      const { medianErrorDeg, maxErrorDeg, beamwidthDeg, errorMeasured } = s
      // H11.
      if (medianErrorDeg === null || beamwidthDeg === null || errorMeasured < MIN_MEASURED) return null
      return judge('stationErrorPercent', (100 * medianErrorDeg) / (beamwidthDeg / 2), {
        ...about(s, 'Position error'),
        found: `${medianErrorDeg.toFixed(2)}° in the middle, ${(maxErrorDeg ?? medianErrorDeg).toFixed(2)}° at most, of ${errorMeasured} measured; the beam is ${beamwidthDeg}° wide`,
        mend: 'Is the mount calibrated, does it slip, is it as fast as its limits say? See the error over time on its page.',
      })
    },
  ],
  [
    'Clock',
    (s, judge) => {
      if (s.clockOffsetMs === null) return null
      const side = s.clockOffsetMs < 0 ? 'behind' : 'ahead'
      return judge('stationClockMs', Math.abs(s.clockOffsetMs), {
        ...about(s, 'Clock'),
        found: `${Math.abs(s.clockOffsetMs)} ms ${side}, by ${s.clockSource ?? 'nothing'}`,
        mend: 'Set its clock: timedatectl set-ntp true.',
      })
    },
  ],
  [
    'Disk',
    (s, judge) => {
      if (s.diskFreeMiB === null) return null
      return judge('stationDiskMib', s.diskFreeMiB, {
        ...about(s, 'Disk'),
        found: `${s.diskFreeMiB.toFixed(0)} MiB free`,
        mend: 'Make room on its disk: plans and receipts are kept there.',
      })
    },
  ],
  [
    'Temperature',
    (s, judge) => {
      if (s.temperatureC === null) return null
      return judge('stationTemperatureC', s.temperatureC, {
        ...about(s, 'Temperature'),
        found: `${s.temperatureC.toFixed(0)} °C`,
        mend: 'Give it shade and air.',
      })
    },
  ],
  [
    'Contacts',
    (s, judge) => {
      // H11; one that has failed ever since it is looked at is as bad as can be.
      if (s.contactsFailed < MIN_FAILED) return s.contactHours === null ? null : okContacts(s, judge)
      const hours = s.contactHours ?? Number.POSITIVE_INFINITY
      return judge('stationContactHours', hours, {
        ...about(s, 'Contacts'),
        found: `${s.contactsFailed} went wrong in a row; ${s.contactHours === null ? 'none went well in 14 days' : `the last good one was ${span(s.contactHours * 3600)} ago`}`,
        mend: 'The history of those contacts says why: talos contacts --station NAME.',
      })
    },
  ],
]

const about = ({ id, name }: StationHealth, check: string) => ({ check, subject: { id, name } })

const okContacts = (s: StationHealth, judge: Judge): HealthFinding =>
  judge('stationContactHours', 0, {
    ...about(s, 'Contacts'),
    found: `the last good one was ${span((s.contactHours ?? 0) * 3600)} ago`,
    mend: '',
  })

/** Who works at an antenna knows that it is off: told, without an alarm. */
const inMaintenance = (finding: HealthFinding): HealthFinding => ({
  ...finding,
  level: 'note',
  found: `${finding.found}; it is in maintenance`,
})

const RANK = { critical: 0, warning: 1, note: 2, ok: 3 } as const

/** `watchedS`: since when this core listens to them, seconds. */
export function judgeStations(
  stations: readonly StationHealth[],
  thresholds: Thresholds,
  watchedS: number,
): HealthFinding[] {
  const judge = judgeBy(thresholds)
  return CHECKS.flatMap(([name, check]) => {
    const judged = stations.flatMap((station) => {
      const finding = check(station, judge, watchedS)
      if (finding === null) return []
      return [station.inMaintenance && finding.level !== 'ok' ? inMaintenance(finding) : finding]
    })
    const bad = judged.filter(({ level }) => level !== 'ok').sort((a, b) => RANK[a.level] - RANK[b.level])
    const unknown = stations.length - judged.length
    const well = `${judged.length - bad.length} of ${plural(stations.length, 'station')} well`
    const left = bad.length > MOST_NAMED ? `; ${bad.length - MOST_NAMED} more are not named here` : ''
    const named = bad.slice(0, MOST_NAMED)
    // Where all are named there is nothing to sum up.
    if (bad.length > 0 && bad.length === stations.length && left === '') return named
    return [fine(name, `${well}${unknown === 0 ? '' : `, ${unknown} not known`}${left}`), ...named]
  })
}
