import t from 'tap'
import { judgeDatabase } from '../../../core/health/database-findings.js'
import type { DirectorSeen } from '../../../core/health/director-collector.js'
import { judgeDirector } from '../../../core/health/director-findings.js'
import { judgeDisk } from '../../../core/health/disk.js'
import { judgeKeys } from '../../../core/health/keys-findings.js'
import { judgeStations } from '../../../core/health/stations-findings.js'
import { readThresholds } from '../../../core/health/thresholds.js'
import type { DatabaseState, HealthFinding, KeysState, StationHealth } from '../../../shared/api/health.js'

const thresholds = readThresholds({}, () => undefined)
const HOUR_S = 3600

const STATION: StationHealth = {
  ...{ id: 'station-01', name: 'Roof', inMaintenance: false, online: true, silentS: 1 },
  ...{ state: 'idle', code: null, driverUp: true },
  ...{ medianErrorDeg: 0.1, maxErrorDeg: 0.4, errorMeasured: 60, beamwidthDeg: 10 },
  ...{ clockOffsetMs: 12, clockSource: 'ntp', diskFreeMiB: 9000, temperatureC: 48 },
  ...{ contactHours: 2, contactsFailed: 0 },
}

/** What is said of a station that differs in this. */
const said = (more: Partial<StationHealth>, watchedS = HOUR_S): HealthFinding[] =>
  judgeStations([{ ...STATION, ...more }], thresholds, watchedS).filter(
    ({ subject }) => subject !== undefined,
  )

t.test('a fleet that is well has one line for each check', (t) => {
  const findings = judgeStations([STATION, { ...STATION, id: 'station-02' }], thresholds, HOUR_S)
  t.equal(findings.length, 7)
  for (const { level, found, subject } of findings) {
    t.equal(level, 'ok')
    t.match(found, /^2 of 2 stations well/)
    t.equal(subject, undefined)
  }
  t.end()
})

t.test('a station that is online for the first time is well', (t) => {
  const [link] = judgeStations([{ ...STATION, silentS: null }], thresholds, HOUR_S)
  t.match(link, { check: 'Link', level: 'ok', found: '1 of 1 station well' })
  t.end()
})

t.test('H3: each trouble of a station names it, with its number and what to do', (t) => {
  const cases: readonly (readonly [Partial<StationHealth>, string, string, RegExp])[] = [
    [{ online: false, silentS: 400 }, 'Link', 'warning', /offline; heard 7 min ago/],
    [{ online: false, silentS: 4000 }, 'Link', 'critical', /offline/],
    [{ state: 'safe_hold', code: 'driver_failed' }, 'Rotator', 'critical', /safe_hold: driver_failed/],
    [{ state: 'degraded', code: 'clock_untrusted' }, 'Rotator', 'warning', /degraded: clock_untrusted/],
    [{ driverUp: false }, 'Rotator', 'warning', /no positions/],
    [{ medianErrorDeg: 3, maxErrorDeg: 9 }, 'Position error', 'warning', /3\.00° .* 9\.00° .* of 60/],
    [{ medianErrorDeg: 5 }, 'Position error', 'critical', /the beam is 10° wide/],
    [{ clockOffsetMs: -1500 }, 'Clock', 'warning', /1500 ms behind, by ntp/],
    [{ diskFreeMiB: 40 }, 'Disk', 'critical', /40 MiB free/],
    [{ temperatureC: 86 }, 'Temperature', 'critical', /86 °C/],
    [{ contactsFailed: 3, contactHours: 30 }, 'Contacts', 'warning', /3 went wrong in a row/],
    [{ contactsFailed: 4, contactHours: null }, 'Contacts', 'critical', /none went well in 14 days/],
  ]
  for (const [more, check, level, found] of cases) {
    const [finding, ...others] = said(more)
    t.match(finding, { check, level, found, mend: /\w/, subject: { name: 'Roof' } }, check)
    t.same(others, [])
  }
  t.end()
})

t.test('H11: what was measured too seldom, or never, raises no alarm', (t) => {
  const fresh: Partial<StationHealth>[] = [
    { online: false, silentS: null },
    { medianErrorDeg: 40, errorMeasured: 19 },
    { medianErrorDeg: 40, beamwidthDeg: null },
    { contactsFailed: 2, contactHours: null },
    { clockOffsetMs: null, diskFreeMiB: null, temperatureC: null, driverUp: null, state: null },
  ]
  for (const more of fresh) t.same(said(more), [], JSON.stringify(more))
  t.match(
    said({ online: false, silentS: 86_400 }, 60),
    [{ level: 'note', found: /core has listened for too short a time/ }],
    'nor can core miss anybody while it was away itself',
  )
  t.end()
})

t.test('a station in maintenance is told of without an alarm', (t) => {
  t.match(said({ online: false, silentS: 4000, inMaintenance: true }), [
    { level: 'note', found: /it is in maintenance/ },
  ])
  t.end()
})

t.test('of very many that are off the worst are named, and the rest counted', (t) => {
  const many = Array.from({ length: 300 }, (_, i) => {
    return { ...STATION, id: `station-${i}`, online: false, silentS: i === 299 ? 4000 : 400 }
  })
  const link = judgeStations(many, thresholds, HOUR_S).filter(({ check }) => check === 'Link')
  t.equal(link.length, 101)
  t.match(link[0], { found: /0 of 300 stations well; 200 more/ })
  t.match(link[1], { level: 'critical' })
  t.end()
})

const DIRECTOR: DirectorSeen = {
  elements: [{ name: 'ISS (ZARYA)', days: 1, own: null }],
  state: {
    ...{ online: true, campaigns: 1, satellites: 1, oldestElementsDays: 1, oldestElementsOf: 'ISS (ZARYA)' },
    ...{ withoutElements: [], scheduleAgeMinutes: 3, value: 98, bound: 100, quotasUnmet: 0 },
    ...{ contactsComing: 12, plansLate: 0 },
  },
}
const ofDirector = (more: Partial<DirectorSeen['state']>, elements = DIRECTOR.elements, watchedS = HOUR_S) =>
  judgeDirector({ elements, state: { ...DIRECTOR.state, ...more } }, thresholds, watchedS).filter(
    ({ level }) => level !== 'ok',
  )

t.test('the director: away, late, with old elements, without a good schedule', (t) => {
  t.same(ofDirector({}), [])
  t.match(ofDirector({ online: false }), [{ check: 'Connection', level: 'critical', mend: /talos director/ }])
  t.match(
    ofDirector({ online: false }, DIRECTOR.elements, 30),
    [{ level: 'note' }],
    'H11: core has just begun',
  )
  t.match(ofDirector({ scheduleAgeMinutes: 20 }), [{ check: 'Last round', level: 'warning' }])
  t.match(ofDirector({ scheduleAgeMinutes: null }), [{ check: 'Last round', level: 'warning' }])
  t.match(ofDirector({ value: 70 }), [{ check: 'Gap', level: 'critical', found: /at most 30\.0 %/ }])
  t.match(ofDirector({ plansLate: 2 }), [{ check: 'Plans', level: 'warning' }])
  t.match(ofDirector({ quotasUnmet: 1 }), [{ check: 'Quotas', level: 'note' }])
  t.match(ofDirector({ withoutElements: ['99999'] }), [{ check: 'Satellites', found: /99999/ }])
  const old = { name: 'ISS (ZARYA)', days: 15, own: null }
  t.match(ofDirector({ oldestElementsDays: 15 }, [old]), [{ check: 'Elements', level: 'critical' }])
  const far = { name: 'QZS-1', days: 20, own: 'old' as const }
  t.match(
    ofDirector({ oldestElementsDays: 20 }, [far]),
    [{ check: 'Elements', level: 'warning', mend: /source/ }],
    'a high orbit keeps longer',
  )
  t.same(
    ofDirector({ campaigns: 0, contactsComing: 0, scheduleAgeMinutes: null }),
    [],
    'nothing is asked of it',
  )
  t.end()
})

const DATABASE: DatabaseState = {
  ...{
    version: '17.2',
    latencyMs: 0.4,
    worstLatencyMs: 2,
    measured: 10,
    connections: 11,
    maxConnections: 100,
  },
  ...{ sizeBytes: 40 * 2 ** 20, tables: { AuditEvent: 20 * 2 ** 20 } },
}

t.test('database and disk: slow, full', (t) => {
  const bad = (more: Partial<DatabaseState>) =>
    judgeDatabase({ ...DATABASE, ...more }, thresholds).filter(({ level }) => level !== 'ok')
  t.same(bad({}), [])
  t.match(bad({ worstLatencyMs: 300 }), [{ check: 'Answers', level: 'warning', found: /300 ms at most/ }])
  t.same(bad({ worstLatencyMs: 300, measured: 2 }), [], 'H11')
  t.match(bad({ connections: 97 }), [{ check: 'Connections', level: 'critical', found: '97 of 100' }])
  const GIB = 2 ** 30
  t.match(judgeDisk({ path: '/data', freeBytes: 4 * GIB, totalBytes: 100 * GIB }, thresholds), [
    { level: 'critical', found: /4096 MiB of 100 GiB free \(4 %\) at \/data/ },
  ])
  t.end()
})

const KEYS: KeysState = {
  ...{ tlsDaysLeft: 60, authorities: [{ id: 'authority-1', daysLeft: 3000 }], signingKeyAgeDays: 3 },
  ...{ directorKeyAgeDays: 3, directorKeyUsedHours: 0.5, stationKeysLate: 0 },
  stationCertificates: { good: 3, late: 0, expired: 0 },
}

t.test('H14: certificates warn 30 days before their end, and are critical 7 days before', (t) => {
  const bad = (more: Partial<KeysState>) =>
    judgeKeys({ ...KEYS, ...more }, thresholds).filter(({ level }) => level !== 'ok')
  t.same(bad({}), [])
  t.match(bad({ tlsDaysLeft: 29.5 }), [{ check: 'TLS certificate', level: 'warning', found: '29 days left' }])
  t.match(bad({ tlsDaysLeft: 6.9 }), [{ level: 'critical', found: '6 days left' }])
  t.match(bad({ tlsDaysLeft: -0.2 }), [{ level: 'critical', found: 'expired 1 day ago' }])
  t.same(bad({ tlsDaysLeft: null }), [])
  t.match(bad({ stationKeysLate: 2 }), [{ check: 'Keys of stations', level: 'warning' }])
  t.match(bad({ stationCertificates: { good: 5, late: 1, expired: 1 } }), [
    {
      check: 'Certificates of stations',
      level: 'warning',
      found: '5 good, 1 with less than 7 days left, 1 expired',
      mend: /have not renewed/,
    },
  ])
  t.match(bad({ authorities: [{ id: 'authority-1', daysLeft: 20 }] }), [{ check: 'Certificate authority' }])
  t.end()
})
