import t from 'tap'
import {
  concerning,
  isBad,
  levelTone,
  rawValues,
  thresholdText,
  worstFirst,
} from '../../core/dashboard/logic/health-view.js'
import { HEALTH_LEVELS, type HealthReport } from '../../shared/api/health.js'

t.test('H3: what is worst comes first, and each level has a tone of its own', (t) => {
  const levels = worstFirst(HEALTH_LEVELS.map((level) => ({ level }))).map(({ level }) => level)
  t.same(levels, ['critical', 'warning', 'note', 'ok'])
  t.equal(new Set(HEALTH_LEVELS.map(levelTone)).size, HEALTH_LEVELS.length)
  t.same(
    HEALTH_LEVELS.filter((level) => isBad({ level })),
    ['warning', 'critical'],
  )
  t.end()
})

t.test('a page of one organisation shows its own reports and those of the installation', (t) => {
  const report = (
    collector: HealthReport['collector'],
    org: string | null,
    level: HealthReport['level'],
  ) => ({
    ...{ collector, org, level, at: '2026-11-22T00:00:00.000Z', findings: [] },
  })
  const all = [
    report('disk', null, 'ok'),
    report('stations', 'rival', 'critical'),
    report('stations', 'main', 'warning'),
  ]
  t.same(
    concerning(all, 'main').map(({ collector, org }) => [collector, org]),
    [
      ['stations', 'main'],
      ['disk', null],
    ],
  )
  t.end()
})

t.test('H2: a threshold says which way is worse', (t) => {
  const threshold = { setting: 'X', of: 'x' }
  t.equal(thresholdText({ ...threshold, warning: 5, critical: 60 }), '≥ 5, 60')
  t.equal(thresholdText({ ...threshold, warning: 15, critical: 5 }), '≤ 15, 5')
  t.end()
})

t.test('H12: raw values stand under the path that leads to them', (t) => {
  t.same(rawValues({ a: { b: 1.23456, c: null }, d: [true, 'x'], e: {}, f: [] }), [
    ['a.b', '1.235'],
    ['a.c', '–'],
    ['d.0', 'true'],
    ['d.1', 'x'],
    ['e', '–'],
    ['f', '–'],
  ])
  t.same(rawValues({}), [])
  t.end()
})
