import fc from 'fast-check'
import t from 'tap'
import { COOL_DOWN_MS, compare, type Scoped, type Trouble } from '../../../core/health/troubles.js'
import type { HealthLevel } from '../../../shared/api/health.js'

const START = Date.parse('2026-11-22T00:00:00.000Z')
const ROUND_MS = 30_000

const scopedAt = (level: HealthLevel): Scoped => ({
  orgId: 'org-00000001',
  report: {
    collector: 'stations',
    findings: [
      {
        ...{ check: 'Link', level, found: 'offline', mend: 'look' },
        subject: { id: 'station-01', name: 'Roof' },
      },
    ],
  },
})

/** A book in memory; each call is a round with that level. Returns what people are told. */
function book() {
  const known = new Map<string, Trouble>()
  return {
    known,
    round(now: number, ...scoped: readonly Scoped[]) {
      const round = compare(known, scoped, now)
      for (const trouble of round.changed) known.set(trouble.id, trouble)
      for (const id of round.forgotten) known.delete(id)
      return round
    },
  }
}

t.test('H5: what lasts is told once, what gets worse once more, and what gets better not at all', (t) => {
  const { round, known } = book()
  const told = (['ok', 'warning', 'warning', 'critical', 'warning', 'critical'] as const).map((level, i) =>
    round(START + i * ROUND_MS, scopedAt(level)).due.map((trouble) => trouble.level),
  )
  t.same(told, [[], ['warning'], [], ['critical'], [], []])
  t.match([...known.values()], [{ since: START + ROUND_MS, level: 'critical' }], 'since it began')
  t.end()
})

t.test('H5 H6: what comes back within the cool-down waits for its end; a recovery is only noted', (t) => {
  const { round, known } = book()
  t.equal(round(START, scopedAt('warning')).due.length, 1)
  t.equal(round(START + ROUND_MS, scopedAt('ok')).recovered.length, 1)
  const back = START + 2 * ROUND_MS
  t.same(round(back, scopedAt('warning')).due, [], 'it flaps')
  t.match([...known.values()], [{ since: back }])
  t.same(round(START + COOL_DOWN_MS - 1, scopedAt('warning')).due, [])
  t.equal(round(START + COOL_DOWN_MS, scopedAt('warning')).due.length, 1, 'it has stayed')
  t.end()
})

t.test('what could not be collected is neither well nor worse', (t) => {
  const { round, known } = book()
  round(START, scopedAt('warning'))
  const nothing = round(START + ROUND_MS)
  t.same(nothing, { changed: [], recovered: [], due: [], forgotten: [] })
  t.equal(known.size, 1)
  t.end()
})

t.test('notes are no trouble, and each station is one of its own', (t) => {
  const { round } = book()
  t.same(round(START, scopedAt('note')).changed, [])
  round(START, scopedAt('critical'))
  t.same(round(START + ROUND_MS, scopedAt('note')), { changed: [], recovered: [], due: [], forgotten: [] })
  t.same(round(START + 2 * ROUND_MS, scopedAt('critical')).due, [], 'nor does a note in between')
  round(START + 3 * ROUND_MS, scopedAt('ok'))
  const of = (id: string) => {
    const [finding] = scopedAt('warning').report.findings
    return { ...finding, subject: { id, name: id } } as Scoped['report']['findings'][number]
  }
  const both: Scoped = {
    orgId: 'org-00000001',
    report: { collector: 'stations', findings: [of('station-01'), of('station-02')] },
  }
  t.equal(round(START, both).due.length, 2)
  t.end()
})

t.test('H5: whatever happens, people are told at most once in a cool-down unless it gets worse', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<HealthLevel>('ok', 'note', 'warning', 'critical')), (levels) => {
      const { round, known } = book()
      const told: { at: number; level: string }[] = []
      for (const [i, level] of levels.entries()) {
        const now = START + i * ROUND_MS
        const { due } = round(now, scopedAt(level))
        for (const trouble of due) told.push({ at: now, level: trouble.level })
        // The book holds open exactly what is bad, or was when it was judged last: a note judges nothing.
        const judged = levels.slice(0, i + 1).findLast((one) => one !== 'note')
        const isBad = judged === 'warning' || judged === 'critical'
        const open = [...known.values()].filter((trouble) => trouble.endedAt === null)
        if ((open.length === 1) !== isBad) return false
      }
      return told.every(({ at, level }, i) => {
        const before = told[i - 1]
        const isWorse = before?.level === 'warning' && level === 'critical'
        return before === undefined || isWorse || at - before.at >= COOL_DOWN_MS
      })
    }),
    { numRuns: 500 },
  )
  t.end()
})
