/**
 * A short chaos run: what `npm run bench -- chaos-agent` does with two hundred passes, with four and chosen trouble.
 */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { Kind, Trouble } from '../support/chaos/mischief.js'
import { chaos } from '../support/chaos/run.js'
import { satellitesOf } from '../support/chaos/sky.js'
import { dataFile } from '../support/data.js'
import { testDatabase } from '../support/database.js'
import { temporaryDirectory } from '../support/directory.js'

t.setTimeout(240_000)
const SEED = 20261122
const PASS_MS = 8000

const trouble = (kind: Kind, atMs: number, forMs: number, more: Partial<Trouble> = {}): Trouble => ({
  ...{ kind, atMs, forMs, stepMs: 0, mood: 'silent', seed: SEED },
  ...more,
})

/** By station: from before AOS to after LOS. */
const TROUBLES: readonly ((aosMs: number) => Trouble[])[] = [
  (aosMs) => [trouble('rotctld crashed', aosMs + 3000, 500), trouble('link cut', aosMs + 1000, 9000)],
  (aosMs) => [
    trouble('clock stepped', aosMs - 2000, 2500, { stepMs: 3_600_000 }),
    trouble('rotctld talks nonsense', aosMs + 4000, 1200, { mood: 'endless' }),
  ],
  (aosMs) => [
    trouble('agent killed, files damaged', aosMs - 5000, 300),
    trouble('agent restarted', aosMs + 2500, 300),
    trouble('rotctld stalled', aosMs + 5000, 800),
  ],
  (aosMs) => [trouble('agent killed', aosMs + 3000, 0), trouble('agent killed', aosMs + PASS_MS, 500)],
]

t.test(
  'G1: nothing that fails moves an antenna beyond its limits, loses a pass or tells it twice',
  async (t) => {
    const tle = dataFile(t, 'active-20260507.tle')
    if (tle === null) return
    const folder = path.join(temporaryDirectory(t), 'chaos')
    mkdirSync(folder)
    const { url: databaseUrl } = await testDatabase(t)
    const said: string[] = []
    const { passes, violations, lines, agentStarts } = await chaos({
      ...{ seed: SEED, passes: 4, stations: 4, passMs: PASS_MS, pauseMs: 10_000, aheadMs: 7000 },
      ...{ coreKilledEveryMs: 8000, patienceMs: 150_000, folder, databaseUrl },
      sats: satellitesOf(tle),
      say: (line) => said.push(line),
      trouble: (station, _pass, aosMs) => TROUBLES[station]?.(aosMs) ?? [],
    })
    t.same(violations, [], `of ${lines} requests, no one is beyond limits, in a keep-out, a leap or garbled`)
    t.ok(agentStarts >= 8, `${agentStarts} starts of agents`)
    for (const { name, row, onTargetS, verdict, told } of passes) {
      t.comment(
        `${name}: ${row.state}, ${row.cause}; on target ${onTargetS.toFixed(1)} s; told ${told.length} times`,
      )
      t.equal(verdict.unnamed, null, `${name} is tracked, or says why not`)
      t.notOk(verdict.isLost, `${name}: its receipt has arrived`)
      t.notOk(verdict.isDoubled, `${name}: it is one story`)
      t.notOk(verdict.isEarly, `${name}: it is not over before it begins`)
    }
    const alone = passes[0]?.onTargetS ?? 0
    t.ok(alone > 1, `without a link, and with a rotctld that crashed, a pass is flown: ${alone} s of it`)
  },
)
