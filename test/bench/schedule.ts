/**
 * `npm run bench -- schedule`: the schedule of a day against its proven bound, beside first come first served and greedy
 * by priority (issue: the director).
 * @module
 */
import { cpus } from 'node:os'
import fc from 'fast-check'
import { loadSolver } from '../../director/optimise/highs.js'
import { type Effort, optimise } from '../../director/optimise/optimise.js'
import type { Problem } from '../../director/optimise/problem.js'
import type { Solver } from '../../director/optimise/program.js'
import { Selection } from '../../director/optimise/selection.js'
import { bruteForce, faults, smallProblems } from '../director/optimise/cases.js'
import type { Outcome, Say } from './harness/outcome.js'
import { rounded } from './harness/statistics.js'
import { type Case, caseOf } from './schedule/cases.js'
import { changes } from './schedule/director.js'

const WHOLE: Effort = {
  ...{ iterations: 1000, rounds: 1, part: 5000, leastShare: 0 },
  program: { relativeGap: 1e-4, nodes: 500 },
}
const LONGER: Effort = {
  ...WHOLE,
  iterations: 3000,
  part: 20_000,
  program: { relativeGap: 1e-5, nodes: 5000 },
}
const IN_PARTS: Effort = {
  ...{ iterations: 700, rounds: 3, part: 1600, leastShare: 0.001 },
  program: { relativeGap: 1e-3, nodes: 100 },
}
const CASES = 10_000

interface Measured {
  readonly value: number
  readonly bound: number
  readonly seconds: number
  readonly cpuSeconds: number
  readonly chosen: readonly number[]
}

const gapPct = ({ value, bound }: Pick<Measured, 'value' | 'bound'>) => (100 * (bound - value)) / bound

function measured(run: () => Pick<Measured, 'value' | 'bound' | 'chosen'>): Measured {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const result = run()
  const { user, system } = process.cpuUsage(cpu)
  return { ...result, seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 }
}

/** Whatever fits, in an order. */
function inOrder(problem: Problem, before: (a: number, b: number) => number): number {
  const selection = new Selection(problem)
  selection.fill(problem.tasks.map((_, i) => i).sort((a, b) => before(a, b) || a - b))
  return selection.value()
}

function rivalsOf({ problem, priority, maxEl }: Case): { firstCome: number; greedy: number } {
  const aos = (i: number) => problem.tasks[i]?.aosMs ?? 0
  const rank = (i: number) => priority[problem.tasks[i]?.satellite ?? 0] ?? 0
  return {
    firstCome: inOrder(problem, (a, b) => aos(a) - aos(b)),
    greedy: inOrder(problem, (a, b) => rank(b) - rank(a) || (maxEl[b] ?? 0) - (maxEl[a] ?? 0)),
  }
}

const percent = (value: number) => `${value.toFixed(3)} %`

function rowsOf(
  name: string,
  ours: readonly (readonly [string, Measured])[],
  rivals: ReturnType<typeof rivalsOf>,
) {
  const bound = Math.min(...ours.map(([, { bound }]) => bound))
  const row = (title: string, value: number, time: readonly string[]) => [
    name,
    title,
    value.toFixed(1),
    bound.toFixed(1),
    percent(gapPct({ value, bound })),
    ...time,
  ]
  return [
    row('first come, first served', rivals.firstCome, ['', '']),
    row('greedy by priority, then height', rivals.greedy, ['', '']),
    ...ours.map(([title, m]) => row(title, m.value, [m.seconds.toFixed(1), m.cpuSeconds.toFixed(1)])),
  ]
}

/** Of random small cases, how many miss the best of all choices, break a rule, or have a bound below the best. */
function wrongOf(cases: readonly Problem[], solver: Solver): number {
  return cases.filter((problem) => {
    const { chosen, value, bound } = optimise(problem, solver, WHOLE)
    const best = bruteForce(problem)
    const isBest = Math.abs(value - best) < 1e-6 && bound >= best - 1e-6
    return !isBest || faults(problem, chosen).length > 0
  }).length
}

export async function bench(say: Say): Promise<Outcome> {
  const solver = await loadSolver()
  const head = ['day', 'way', 'value', 'bound', 'gap', 'seconds', 'CPU s']

  const small = caseOf('sats-200.tle', 'stations-20.json', null)
  say(small.title)
  const whole = measured(() => optimise(small.problem, solver, WHOLE))
  const longer = measured(() => optimise(small.problem, solver, LONGER))
  const smallRivals = rivalsOf(small)
  say('one change in a standing schedule')
  const replans = await changes(small)
  const slowest = replans.reduce((a, b) => (a.ms > b.ms ? a : b))
  say(`${CASES} small cases by brute force`)
  const wrong = wrongOf(fc.sample(smallProblems, { numRuns: CASES, seed: 1 }), solver)

  const large = caseOf('sats-2000.tle', 'stations-50.json', 6)
  say(large.title)
  const parts = measured(() => optimise(large.problem, solver, IN_PARTS))

  return {
    figures: {
      gapPct20x200: rounded(gapPct(whole), 3),
      seconds20x200: rounded(whole.seconds, 1),
      gapPct20x200Long: rounded(gapPct(longer), 3),
      seconds20x200Long: rounded(longer.seconds, 1),
      gainOverGreedyPct20x200: rounded(100 * (whole.value / smallRivals.greedy - 1), 2),
      gapPct50x2000: rounded(gapPct(parts), 3),
      seconds50x2000: rounded(parts.seconds, 1),
      replanMs1000: rounded(slowest.ms, 0),
      replanMoved: Math.max(...replans.map(({ moved }) => moved)),
      wrongOf10000: wrong,
    },
    tables: [
      {
        title: '24 hours: value = priority x (0.5 + 0.5 sin of the culmination) x min(1, duration / 600 s)',
        head,
        rows: [
          ...rowsOf(
            '20 x 200',
            [
              ['ours', whole],
              ['ours, longer', longer],
            ],
            smallRivals,
          ),
          ...rowsOf('50 x 2000', [['ours, in parts', parts]], rivalsOf(large)),
        ],
      },
      {
        title: 'One change in a standing schedule',
        head: ['change', 'contacts', 'looked at', 'moved', 'ms', 'gap'],
        rows: replans.map((r) => [
          r.title,
          String(r.standing),
          String(r.touched),
          String(r.moved),
          r.ms.toFixed(0),
          percent(r.gapPct),
        ]),
      },
    ],
    notes: [
      `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`,
      small.title,
      large.title,
      'The replan goes through the director: from opportunities to the schedule, in its thread; without search, dry runs and HTTP.',
      'The bound is the Lagrangian dual over the rules of the satellites: no schedule is worth more. Same input, same answer.',
    ],
  }
}
