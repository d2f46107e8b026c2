/**
 * `npm run bench -- fleet-day`: 24 hours of a fleet in simulated time, with everything else as it is.
 * @module
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { connectionUrl } from '../../core/db/embedded.js'
import { parseElements } from '../../shared/orbit/elements.js'
import { HOUR } from '../../shared/time.js'
import type { DayResult } from '../support/fleet-day/day.js'
import { runDay } from '../support/fleet-day/run.js'
import { startTestServer } from '../support/server.js'
import type { Outcome, Say } from './harness/outcome.js'

const DATA = new URL('../../../../shared/data/', import.meta.url)
const HOURS = Number(process.env['TALOS_FLEET_HOURS'] ?? 24)
const STATIONS = 3
const SATELLITES = 12
const START_MS = Date.UTC(2026, 4, 8)
const SEED = 20_260_508

interface Place {
  readonly lat: number
  readonly lon: number
  readonly alt: number
}

export async function bench(say: Say): Promise<Outcome> {
  const read = (name: string): string => {
    const file = new URL(name, DATA)
    if (!existsSync(file)) throw new Error(`${file.pathname} is not here`)
    return readFileSync(file, 'utf8')
  }
  const { elements } = parseElements(read('sats-200.omm.json'))
  const places: readonly Place[] = JSON.parse(read('stations-20.json'))
  const folder = mkdtempSync(path.join(tmpdir(), 'talos-fleet-day-'))
  // Others may pass through, so that a PostgreSQL which a root started finds its data in there.
  chmodSync(folder, 0o711)
  const server = await startTestServer(path.join(folder, 'database'))
  const { host, port, user, template: database } = server.info
  try {
    const began = process.hrtime.bigint()
    const result = await runDay(
      {
        databaseUrl: connectionUrl({ host, port, user, database }),
        folder,
        hours: HOURS,
        horizonHours: 24,
        renewalMs: 2 * HOUR,
        badSets: 12,
        seed: SEED,
        startMs: START_MS,
        sites: places.slice(0, STATIONS).map(({ lat, lon, alt }) => ({ lat, lon, altM: alt })),
        elements: elements
          .filter((_, i) => i % Math.floor(elements.length / SATELLITES) === 0)
          .slice(0, SATELLITES),
      },
      say,
    )
    return told(result, Number(process.hrtime.bigint() - began) / 1e9)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

function told({ verdict, happened, complaints, cpuSeconds }: DayResult, seconds: number): Outcome {
  const { states, doubleBooked, latePlans, unnamedEnds, driftedLost, fixedGivenUp, inMaintenance, ...rest } =
    verdict
  return {
    figures: {
      hours: HOURS,
      contacts: verdict.contacts,
      doubleBooked: doubleBooked.length,
      latePlans: latePlans.length,
      plansInTime: rest.plansInTime,
      excusedPlans: rest.excusedPlans,
      unnamedEnds: unnamedEnds.length,
      driftedReplanned: rest.driftedReplanned,
      driftedLost: driftedLost.length,
      refused: rest.refused,
      refusedWithoutReason: rest.refusedWithoutReason,
      fixed: rest.fixed,
      fixedGivenUp: fixedGivenUp.length,
      maintenances: rest.maintenances,
      inMaintenance: inMaintenance.length,
      flownAlone: rest.flownAlone,
      onTargetS: rest.onTargetS,
      ...(rest.rmsErrDeg === null ? {} : { rmsErrDeg: rest.rmsErrDeg }),
      happenings: happened.length,
      cpuSeconds: Math.round(cpuSeconds),
      seconds: Math.round(seconds),
    },
    tables: [
      {
        title: `${HOURS} hours of ${STATIONS} stations and ${SATELLITES} satellites`,
        head: ['ended as', 'contacts'],
        rows: Object.entries(states).map(([state, n]) => [state, String(n)]),
      },
      {
        title: 'What the programs complained of',
        head: ['complaint', 'times'],
        rows: complaints.map(([line, n]) => [line.slice(0, 160), String(n)]),
      },
    ],
    notes: [
      ...doubleBooked.map((line) => `booked twice: ${line}`),
      ...latePlans.map((line) => `late: ${line}`),
      ...unnamedEnds.map((line) => `without a named end: ${line}`),
      ...driftedLost.map((line) => `moved and not planned anew: ${line}`),
      ...fixedGivenUp.map((line) => `fixed and given up: ${line}`),
      ...inMaintenance.map((line) => `in maintenance: ${line}`),
    ],
  }
}
