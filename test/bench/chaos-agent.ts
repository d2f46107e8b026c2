/**
 * `npm run bench -- chaos-agent [--passes N] [--seed N]`: agents in their own processes fly pieces of real passes while
 * lines are cut, programs killed, rotctld crashes, stalls and talks nonsense, clocks are stepped and files damaged
 * (issue: the agent, how it will be checked).
 * @module
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import path from 'node:path'
import { connectionUrl } from '../../core/db/embedded.js'
import { SECOND } from '../../shared/time.js'
import { KINDS } from '../support/chaos/mischief.js'
import { type ChaosResult, chaos, type Judged } from '../support/chaos/run.js'
import { satellitesOf } from '../support/chaos/sky.js'
import { startTestServer } from '../support/server.js'
import type { Outcome, Say, Table } from './harness/outcome.js'
import { rounded } from './harness/statistics.js'

const TLE = new URL('../../../../shared/data/active-20260507.tle', import.meta.url)
const PASSES = 200
/** More agents at once than two cores can serve would measure the machine. */
const MOST_STATIONS = 10
const PASS_MS = 14 * SECOND
const PAUSE_MS = 10 * SECOND
const AHEAD_MS = 14 * SECOND
const CORE_KILLED_EVERY_MS = 60 * SECOND
/** Core calls a contact failed whose station has lost the plan after two minutes; its next round is within one more. */
const PATIENCE_MS = 200 * SECOND

export interface ChaosFlags {
  readonly passes?: string
  readonly seed?: string
}

/** How each pass ended, beside what had gone wrong. */
function endsTable(passes: readonly Judged[]): Table {
  const counts = new Map<string, number>()
  for (const { row, verdict } of passes) {
    const how = row.state === 'completed' ? 'completed' : `${row.state}: ${row.cause}`
    const key = `${verdict.isCalm ? 'calm' : 'troubled'} ${how}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const rows = [...counts].sort(([, a], [, b]) => b - a).map(([how, n]) => [how, String(n)])
  return { title: 'How the passes ended', head: ['', 'passes'], rows }
}

function faultsOf({ passes, violations }: ChaosResult): string[] {
  const faults = passes.flatMap(({ name, contactId, verdict, onTargetS, row, aosMs, deeds, losMs, told }) => {
    const during = deeds
      .filter((d) => d.fromMs < losMs && d.untilMs > aosMs - 20 * SECOND)
      .map((d) => `${d.kind} at ${((d.fromMs - aosMs) / SECOND).toFixed(1)} s for ${d.untilMs - d.fromMs} ms`)
    const said = [
      verdict.unnamed,
      verdict.isLost ? 'its receipt is lost' : null,
      verdict.isDoubled ? `has ${new Set(told).size} receipts, history ${row.history.join(' ')}` : null,
      verdict.isEarly ? `ended before it began (${row.cause})` : null,
      verdict.isCalm && row.state !== 'completed' ? `calm, and ${row.state} for ${row.cause}` : null,
    ].filter((text) => text !== null)
    return said.map(
      (text) =>
        `${name} ${contactId} (AOS ${new Date(aosMs).toISOString()}, truly on target ${onTargetS.toFixed(1)} s): ${text}; ${during.join(', ') || 'no trouble'}`,
    )
  })
  return [...violations, ...faults]
}

const many = (passes: readonly Judged[], is: (p: Judged) => boolean) => passes.filter(is).length

export async function bench(say: Say, flags: ChaosFlags): Promise<Outcome> {
  const passes = Number(flags.passes ?? PASSES)
  const seed = Number(flags.seed ?? Date.now() % 1_000_000)
  const folder = mkdtempSync(path.join(tmpdir(), 'talos-chaos-'))
  // So that a PostgreSQL which a root started finds its data in there.
  chmodSync(folder, 0o711)
  say(`seed ${seed}; everything lies in ${folder}`)
  const server = await startTestServer(path.join(folder, 'database'))
  let isClean = false
  try {
    const { host, port, user, template: database } = server.info
    const result = await chaos({
      ...{ seed, passes, folder, say },
      databaseUrl: connectionUrl({ host, port, user, database }),
      stations: Math.min(MOST_STATIONS, passes),
      ...{ passMs: PASS_MS, pauseMs: PAUSE_MS, aheadMs: AHEAD_MS, coreKilledEveryMs: CORE_KILLED_EVERY_MS },
      patienceMs: PATIENCE_MS,
      sats: satellitesOf(readFileSync(TLE, 'utf8')),
    })
    const faults = faultsOf(result)
    for (const fault of faults) say(fault)
    isClean = faults.length === 0
    return outcomeOf(result, seed)
  } finally {
    await server.stop()
    if (isClean) rmSync(folder, { recursive: true, force: true })
    else say(`what the programs said is in ${folder}`)
  }
}

function outcomeOf(result: ChaosResult, seed: number): Outcome {
  const { passes, violations, deeds } = result
  const calm = passes.filter(({ verdict }) => verdict.isCalm)
  const repeats = passes.reduce((all, { verdict }) => all + verdict.repeats, 0)
  const figures = {
    passes: passes.length,
    limitViolations: violations.length,
    unnamedEnds: many(passes, ({ verdict }) => verdict.unnamed !== null),
    receiptsLost: many(passes, ({ verdict }) => verdict.isLost),
    receiptsDoubled: many(passes, ({ verdict }) => verdict.isDoubled),
    endedEarly: many(passes, ({ verdict }) => verdict.isEarly),
    tracked: many(passes, ({ verdict }) => verdict.isTracked),
    completed: many(passes, ({ row }) => row.state === 'completed'),
    calmPasses: calm.length,
    calmCompleted: many(calm, ({ row, verdict }) => row.state === 'completed' && verdict.isTracked),
    receiptRepeats: repeats,
    requests: result.lines,
    coreKills: result.coreRestarts,
    agentStarts: result.agentStarts,
    releases: result.releases,
    seed,
  }
  const kinds = KINDS.map((kind) => {
    const all = deeds.filter((deed) => deed.kind === kind)
    const mean = all.reduce((sum, d) => sum + d.untilMs - d.fromMs, 0) / Math.max(1, all.length) / SECOND
    return [kind, String(all.length), mean.toFixed(1)]
  })
  return {
    figures,
    tables: [
      endsTable(passes),
      { title: 'What went wrong meanwhile', head: ['', 'times', 'seconds, mean'], rows: kinds },
    ],
    notes: [
      `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}; seed ${seed}`,
      `${rounded(repeats, 0)} receipts came again over the bus; core keeps the first.`,
    ],
  }
}
