/** The whole agent against a rotctld that does everything wrong, on a real socket. */
import t, { type Test } from 'tap'
import { type Bench, startBench } from '../support/agent-bench.js'
import { MOUNT } from '../support/mounts.js'
import { seededRandom } from '../support/random.js'
import { HostileRotctld, type Malice } from '../support/simulators/hostile-rotctld.js'

/** Half a minute away: whatever happens happens on the way. */
const mount = { ...MOUNT, azRate: 6, elRate: 6, parkAz: 400, parkEl: 60 }
const START = { az: 180, el: 45 }

/** All that may ever be said to a rotctld. */
const WORDS = /^\+\\(?:get_pos|dump_state|get_info|stop|set_pos (-?\d{1,4}\.\d{2}) (-?\d{1,4}\.\d{2}))$/
const isMotion = (line: string) => line.includes('set_pos')

interface Case {
  readonly name: string
  readonly malice: Malice
  /** The state that it ends in, and its code. `works`: the agent makes do with it. */
  readonly ends: 'works' | 'driver_failed' | 'uncommanded_motion' | 'out_of_limits'
  /** It happens while nothing was told to move. */
  readonly atRest?: true
}

const about = (
  word: string,
  said: (honest: string) => string | readonly string[] | null | 'end',
): Malice => ({
  answer: (honest, line) => (line.includes(word) ? said(honest) : honest),
})
const pos = (az: string, el = '45.00') => `get_pos:\nAzimuth: ${az}\nElevation: ${el}\nRPRT 0\n`
const position = (az: string, el?: string): Malice => about('get_pos', () => pos(az, el))
/** After the connection was lost, at the next one. */
const described = (change: (dump: string) => string | readonly string[]): Malice => ({
  ...about('dump_state', change),
  hangsUp: true,
})
const noise = seededRandom(20_261_122)
let turn = 0

const CASES: readonly Case[] = [
  { name: 'split lines', malice: { answer: (honest) => [...honest] }, ends: 'works' },
  { name: 'connections that end now and then', malice: { hangsUp: true }, ends: 'works' },
  { name: 'silence', malice: { answer: () => null }, ends: 'driver_failed' },
  {
    name: 'one byte a second',
    malice: { answer: (honest) => [...honest], dripMs: 1000 },
    ends: 'driver_failed',
  },
  { name: 'hanging up at each question', malice: { answer: () => 'end' }, ends: 'driver_failed' },
  {
    name: 'hanging up at each byte of an answer',
    malice: { answer: (honest) => [honest.slice(0, turn++ % honest.length), 'end'] },
    ends: 'driver_failed',
  },
  {
    name: 'an endless line',
    malice: about('get_pos', () => Array.from({ length: 20_000 }, () => 'A'.repeat(1000))),
    ends: 'driver_failed',
  },
  {
    name: 'endless lines',
    malice: about('get_pos', () => [
      'get_pos:\n',
      ...Array.from({ length: 20_000 }, () => 'Azimuth: 1.00\n'.repeat(70)),
    ]),
    ends: 'driver_failed',
  },
  { name: 'answers to nothing', malice: { answer: () => 'RPRT 0\n' }, ends: 'driver_failed' },
  {
    name: 'answers to something else',
    malice: about('get_pos', () => 'stop:\nRPRT 0\n'),
    ends: 'driver_failed',
  },
  { name: 'two answers at once', malice: { answer: (honest) => honest + honest }, ends: 'driver_failed' },
  {
    name: 'answers before the question',
    malice: { greeting: pos('10.00'), hangsUp: true },
    ends: 'driver_failed',
  },
  {
    name: 'binary noise',
    malice: {
      answer: () => String.fromCharCode(...Array.from({ length: 1 + noise(300) }, () => noise(256))),
    },
    ends: 'driver_failed',
  },
  ...[-1, -5, -6, -8, -9, -11, -14, -21, -22, -77].map(
    (code): Case => ({
      name: `RPRT ${code} to the question where it is`,
      malice: about('get_pos', () => `get_pos:\nRPRT ${code}\n`),
      ends: 'driver_failed',
    }),
  ),
  {
    name: 'RPRT -22 to each target',
    malice: about('set_pos', (honest) => honest.replace('RPRT 0', 'RPRT -22')),
    ends: 'driver_failed',
  },
  ...['nan', 'inf', '-inf', '1e400', '99999999999999', '999.00', '-721.00', '', '0x10'].map(
    (az): Case => ({ name: `azimuth ${JSON.stringify(az)}`, malice: position(az), ends: 'driver_failed' }),
  ),
  {
    name: 'a position without elevation',
    malice: about('get_pos', () => 'get_pos:\nAzimuth: 1\nRPRT 0\n'),
    ends: 'driver_failed',
  },
  {
    name: 'a frozen position',
    malice: { claim: () => ({ az: '200.00', el: '45.00' }) },
    ends: 'driver_failed',
  },
  {
    name: 'a position that jumps',
    malice: { claim: () => ({ az: turn++ % 2 === 0 ? '0.00' : '449.00', el: '45.00' }) },
    ends: 'driver_failed',
  },
  {
    name: 'a mount that goes the other way',
    malice: { runsTo: { az: 0, el: 45 } },
    ends: 'uncommanded_motion',
  },
  {
    name: 'a mount that falls through the horizon',
    malice: { claim: ({ az }) => ({ az: az.toFixed(2), el: (45 - fallen()).toFixed(2) }) },
    ends: 'uncommanded_motion',
  },
  {
    name: 'another client that moves the mount at rest',
    malice: { runsTo: { az: 400, el: 45 } },
    ends: 'uncommanded_motion',
    atRest: true,
  },
  {
    name: 'limits of no travel',
    malice: described((d) => d.replace('450.0', '-200.0')),
    ends: 'out_of_limits',
  },
  {
    name: 'limits that are no numbers',
    malice: described((d) => d.replace('450.000000', 'nan')),
    ends: 'driver_failed',
  },
  {
    name: 'a description without end',
    malice: described((d) => [d.slice(0, 40), ...Array.from({ length: 5000 }, () => 'Maximum Azimuth: 1\n')]),
    ends: 'driver_failed',
  },
  { name: 'another version', malice: described((d) => d.replace('Ver: 1', 'Ver: 2')), ends: 'driver_failed' },
  {
    name: 'a rotator of one axis',
    malice: described((d) => d.replace('rot_type=AzEl', 'rot_type=Az')),
    ends: 'driver_failed',
  },
  {
    name: 'azimuths from the south',
    malice: described((d) => d.replace('Zero: 0', 'Zero: 1')),
    ends: 'driver_failed',
  },
]

let fallsSince = 0
/** 6 degrees a second from the first look. */
function fallen(): number {
  if (fallsSince === 0) fallsSince = performance.now()
  return (6 * (performance.now() - fallsSince)) / 1000
}

async function agentOn(t: Test): Promise<{ bench: Bench; rotctld: HostileRotctld }> {
  const rotctld = await HostileRotctld.start(t, START, 6)
  const driver = { kind: 'rotctld', host: '127.0.0.1', port: rotctld.port }
  return { bench: await startBench(t, { driver, mount }), rotctld }
}

/** The next reading that the fleet hears of, from now on. */
const heard = ({ core }: Bench, test: (body: Record<string, unknown>) => boolean) =>
  core.until((h) => h.topic.endsWith('/telemetry/rot') && test(h.body), core.heard.length)

function judge(t: Test, { told }: HostileRotctld): void {
  for (const { line } of told) {
    const words = WORDS.exec(line)
    if (words === null) t.fail(`it was told ${JSON.stringify(line)}`)
    const [, az, el] = words ?? []
    if (az === undefined) continue
    const isInside = Number(az) >= 0 && Number(az) <= 450 && Number(el) >= 0 && Number(el) <= 90
    if (!isInside) t.fail(`it was sent to ${line}`)
  }
}

/** All side by side: what takes time is patience. */
t.jobs = 60

for (const { name, malice, ends, atRest } of CASES)
  t.test(`${name}: ${ends}`, { buffered: true }, async (t) => {
    const { bench, rotctld } = await agentOn(t)
    const { core } = bench
    if (atRest !== true) {
      await core.ack(await core.command({ op: 'park', args: {} }), 'accepted')
      await heard(bench, (body) => (body['az'] as number) > 183)
    } else await heard(bench, (body) => body['state'] === 'idle')
    const before = rotctld.told.length
    rotctld.turn(malice)
    if (ends === 'works') {
      for (let i = 0; i < 6; i++) await heard(bench, (body) => body['az'] !== null)
      t.equal(bench.agent.state, 'slewing')
      await core.ack(await core.command({ op: 'stop', args: {} }), 'done')
      judge(t, rotctld)
      return
    }
    await heard(bench, (body) => body['state'] === 'safe_hold')
    const { body } = await core.until((h) => h.topic.endsWith('/state') && h.body['state'] === 'safe_hold')
    t.equal(body['code'], ends)
    const held = rotctld.told.length
    // The agent is alive, and moves for nobody.
    const move = await core.command({ op: 'move', args: { az: 190, el: 45 } })
    t.match(await core.ack(move), { result: 'rejected', code: 'safe_hold' })

    rotctld.turn({})
    await heard(bench, (body) => body['az'] !== null)
    const stop = await core.command({ op: 'stop', args: {} })
    await core.ack(stop, 'done')
    t.equal(bench.agent.state, 'safe_hold', 'latched: honesty alone does not release it')
    t.ok(
      rotctld.told.slice(before).some(({ line }) => line === '+\\stop'),
      'it was told to stop',
    )
    t.notOk(
      rotctld.told.slice(held).some(({ line }) => isMotion(line)),
      'and nothing else',
    )
    await core.ack(await core.command({ op: 'release', args: {} }), 'accepted')
    await heard(bench, (body) => body['az'] !== null && body['state'] === 'idle')
    const { az, el } = rotctld.mount.position
    const again = await core.command({ op: 'move', args: { az: az + 2, el } })
    await core.ack(again, 'done')
    judge(t, rotctld)
  })

t.test(
  'a stop that is refused is said until it is taken, and only then called done',
  { buffered: true },
  async (t) => {
    const { bench, rotctld } = await agentOn(t)
    const { core } = bench
    await core.ack(await core.command({ op: 'park', args: {} }), 'accepted')
    await heard(bench, (body) => (body['az'] as number) > 183)
    rotctld.turn(about('stop', () => 'stop:\nRPRT -6\n'))
    const stop = await core.command({ op: 'stop', args: {} })
    await core.ack(stop, 'accepted')
    const refused = () => rotctld.told.filter(({ line }) => line === '+\\stop').length
    while (refused() < 4) await heard(bench, () => true)
    t.notOk(core.heard.some((h) => h.body['jti'] === stop && h.body['result'] === 'done'))
    rotctld.turn({})
    await core.ack(stop, 'done')
    const rest = rotctld.mount.position
    await heard(bench, () => true)
    t.same(rotctld.mount.position, rest)
  },
)
