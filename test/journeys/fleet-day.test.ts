import { mkdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { parseElements } from '../../shared/orbit/elements.js'
import { MINUTE } from '../../shared/time.js'
import { dataFile } from '../support/data.js'
import { testDatabase } from '../support/database.js'
import { temporaryDirectory } from '../support/directory.js'
import { runDay } from '../support/fleet-day/run.js'

/** Half a minute of work; the machine may have other things to do. */
t.setTimeout(300_000)

const HOURS = 1
const SATELLITES = 50
const SITES = [
  { lat: 52.1, lon: 4.3, altM: 10 },
  { lat: -34.8, lon: 138.7, altM: 8 },
]

t.test(
  'In an hour of failures no antenna is booked twice, no plan is late, and every contact has a named end',
  async (t) => {
    const text = dataFile(t, 'sats-200.omm.json')
    if (text === null) return
    const folder = path.join(temporaryDirectory(t), 'day')
    mkdirSync(folder)
    const { url: databaseUrl } = await testDatabase(t)
    const { elements } = parseElements(text)
    const { verdict, complaints, cpuSeconds } = await runDay(
      {
        databaseUrl,
        folder,
        hours: HOURS,
        horizonHours: 2,
        renewalMs: 20 * MINUTE,
        badSets: 2,
        seed: 7,
        startMs: Date.UTC(2026, 4, 8),
        sites: SITES,
        elements: elements.filter((_, i) => i % 4 === 0).slice(0, SATELLITES),
      },
      (line) => t.comment(line),
    )
    const { contacts, states, flownAlone, driftedReplanned } = verdict
    t.comment(
      `${contacts} contacts ${JSON.stringify(states)}, ${verdict.plansInTime} plans in time, ${flownAlone} alone, ${cpuSeconds.toFixed(0)} s of work`,
    )
    t.ok((states['completed'] ?? 0) + (states['partial'] ?? 0) > 0, 'satellites were followed')
    t.ok(driftedReplanned > 0, 'new elements moved contacts, and they were planned anew')
    t.ok(verdict.plansInTime > 0, `${verdict.plansInTime} plans were there in time`)
    t.ok(verdict.refused > 0, `${verdict.refused} refusals were seen`)
    t.same(verdict.doubleBooked, [])
    t.same(verdict.latePlans, [])
    t.same(verdict.driftedLost, [])
    t.ok(
      verdict.fixed > 0 && verdict.maintenances > 0,
      `${verdict.fixed} fixed, ${verdict.maintenances} maintenances`,
    )
    t.same(verdict.fixedGivenUp, [])
    t.same(verdict.inMaintenance, [])
    t.same(verdict.unnamedEnds, [])
    t.equal(verdict.refusedWithoutReason, 0)
    const errors = complaints.filter(([line]) => /failed|unexpected|breaks its schema/.test(line))
    t.same(errors, [], 'nothing broke')
  },
)
