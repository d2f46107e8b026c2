/**
 * Guard, loop and driver against Hamlib's real rotctld, with everything happening that can: no forbidden byte may leave,
 * and rotctld, asked on a connection of its own, may neither die nor be outside the limits.
 * @module
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Mount } from '../../../shared/messages.js'
import { DUMMY_MOUNT } from '../mounts.js'
import { seededRandom } from '../random.js'
import { type Scope, startRotctld } from '../rotctld.js'
import { breathClock } from './breath-clock.js'
import { DamagingProxy } from './damaging-proxy.js'
import { GuardLife } from './guard-life.js'
import { GuardOracle } from './guard-oracle.js'
import { watchWrites } from './written.js'

/** Narrower than the dummy, so that a byte that should not have left is seen in where it goes. */
const OPEN: Mount = { ...DUMMY_MOUNT, azMin: -170, azMax: 440, elMin: 1, elMax: 88, parkEl: 45 }
const ZONED: Mount = {
  ...OPEN,
  keepOut: [
    { azFrom: 20, azTo: 60, elBelow: 30 },
    { azFrom: 200, azTo: 210, elBelow: 60 },
  ],
}
const LOOK_EVERY = 200
/** The dummy stands at 0, 0 when it starts; until it has been moved it is where nobody sent it. */
const OUTSIDE_DEG = 1.01

export interface GuardReport {
  readonly cases: number
  readonly taken: number
  readonly refused: Readonly<Record<string, number>>
  /** Lines that were written, and those of them that move. */
  readonly lines: number
  readonly motions: number
  readonly restarts: number
  readonly forbidden: readonly string[]
  readonly rotctldCrashes: number
  readonly limitViolations: readonly string[]
}

/** Where rotctld says that it is, asked afresh; null when it does not answer. */
async function ask(port: number): Promise<{ az: number; el: number } | null> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    socket.write('+\\get_pos\n')
    const [answer] = await once(socket, 'data')
    const [, az, el] = /Azimuth: (\S+)\nElevation: (\S+)\n/.exec(String(answer)) ?? []
    return az === undefined || el === undefined ? null : { az: Number(az), el: Number(el) }
  } catch {
    return null
  } finally {
    socket.destroy()
  }
}

interface Lived {
  readonly life: GuardLife
  readonly oracle: GuardOracle
  readonly outside: readonly string[]
  readonly crashes: number
}

async function live(
  t: Scope & { comment(text: string): unknown },
  mount: Mount,
  cases: number,
  seed: number,
): Promise<Lived | null> {
  const daemon = await startRotctld(t)
  if (daemon === null) return null
  const pick = seededRandom(seed)
  const clock = breathClock()
  const oracle = new GuardOracle(mount, clock)
  const proxy = new DamagingProxy(daemon.port, seededRandom(seed + 1), {
    answered: (peerPort, piece) => oracle.answered(peerPort, piece),
    told: (position) => oracle.told(position),
  })
  await proxy.start(t)
  const unwatch = watchWrites(
    () => proxy.port,
    (socket, line) => oracle.wrote(socket, line),
  )
  const life = new GuardLife(mount, proxy, oracle, pick, clock)
  const outside: string[] = []
  let crashes = 0
  await life.start()
  for (let i = 0; i < cases; i++) {
    await life.happen()
    if (i % LOOK_EVERY !== 0) continue
    // Once it may have been too slow; who is dead is so twice.
    const at = (await ask(daemon.port)) ?? (await ask(daemon.port))
    if (at === null) {
      crashes += 1
      await daemon.kill()
      await daemon.revive()
    } else if (
      !(at.az >= mount.azMin - OUTSIDE_DEG && at.az <= mount.azMax + OUTSIDE_DEG) ||
      !(at.el >= mount.elMin - OUTSIDE_DEG && at.el <= mount.elMax + OUTSIDE_DEG)
    )
      outside.push(`it is at ${at.az}, ${at.el} after ${i} cases of seed ${seed}`)
  }
  proxy.badness = 0
  await life.stop()
  unwatch()
  return { life, oracle, outside, crashes }
}

/** `cases` happenings, half of them with keep-out zones. Null, with a comment, where Hamlib is not installed. */
export async function fuzzGuard(
  t: Scope & { comment(text: string): unknown },
  cases: number,
  seed: number,
): Promise<GuardReport | null> {
  const parts: Lived[] = []
  for (const [i, mount] of [OPEN, ZONED].entries()) {
    const part = await live(t, mount, cases / 2, seed + 2 * i)
    if (part === null) return null
    parts.push(part)
  }
  const refused: Record<string, number> = {}
  for (const { life } of parts)
    for (const [code, n] of Object.entries(life.refused)) refused[code] = (refused[code] ?? 0) + n
  const sum = (of: (part: (typeof parts)[number]) => number) => parts.reduce((all, part) => all + of(part), 0)
  return {
    cases,
    taken: sum(({ life }) => life.taken),
    refused,
    lines: sum(({ oracle }) => oracle.lines),
    motions: sum(({ oracle }) => oracle.motions),
    restarts: sum(({ life }) => life.restarts),
    forbidden: parts.flatMap(({ oracle }) => oracle.forbidden),
    rotctldCrashes: sum(({ crashes }) => crashes),
    limitViolations: parts.flatMap(({ outside }) => outside),
  }
}
