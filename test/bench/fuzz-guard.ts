/**
 * `npm run bench -- fuzz-guard`: a million happenings through guard, loop and driver against Hamlib's real rotctld, before
 * an oracle that reads every byte. TALOS_FUZZ_CASES and TALOS_FUZZ_SEED change how many and which.
 * @module
 */
import { fuzzGuard } from '../support/fuzz/fuzz-guard.js'
import type { Outcome, Say } from './harness/outcome.js'

export async function bench(say: Say): Promise<Outcome> {
  const cases = Number(process.env['TALOS_FUZZ_CASES'] ?? 1_000_000)
  const seed = Number(process.env['TALOS_FUZZ_SEED'] ?? 20_261_122)
  say(`${cases} happenings, seed ${seed}`)
  const ends: (() => Promise<void>)[] = []
  const begin = performance.now()
  const report = await fuzzGuard({ teardown: (end) => ends.push(end), comment: say }, cases, seed)
  for (const end of ends.reverse()) await end()
  const seconds = (performance.now() - begin) / 1000
  if (report === null)
    return { figures: {}, tables: [], notes: ['Hamlib is not installed: nothing was tried.'] }
  const { taken, refused, lines, motions, restarts, forbidden, rotctldCrashes, limitViolations } = report
  const faults = forbidden.length + rotctldCrashes + limitViolations.length
  return {
    figures: {
      ...{
        cases,
        faults,
        forbidden: forbidden.length,
        rotctldCrashes,
        limitViolations: limitViolations.length,
      },
      ...{ taken, lines, motions, restarts, seconds },
    },
    tables: [
      {
        title: `Happenings against guard, driver and rotctld, seed ${seed}`,
        head: ['', ''],
        rows: [
          ['happenings', String(cases)],
          ['taken', String(taken)],
          ...Object.entries(refused).map(([code, n]) => [`refused as ${code}`, String(n)]),
          ['lines written to rotctld', String(lines)],
          ['of them motions', String(motions)],
          ['restarts and kills', String(restarts)],
          ['seconds', seconds.toFixed(0)],
          ['forbidden lines', String(forbidden.length)],
          ['crashes of rotctld', String(rotctldCrashes)],
          ['times it was outside the limits', String(limitViolations.length)],
        ],
      },
    ],
    notes: [...forbidden, ...limitViolations].slice(0, 20),
  }
}
