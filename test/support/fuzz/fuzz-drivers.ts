/**
 * Damaged answers against the decoders of the drivers, and whole drivers against peers that answer with them.
 * @module
 */

import { DriverError } from '../../../agent/drivers/fault.js'
import type { Rotator } from '../../../agent/drivers/rotator.js'
import { RotctldDriver } from '../../../agent/drivers/rotctld.js'
import { SerialDriver } from '../../../agent/drivers/serial.js'
import { SERIAL_PROTOCOL_NAMES, serialProtocol } from '../../../agent/drivers/serial-protocols.js'
import { systemClock } from '../../../shared/time.js'
import { always } from '../always.js'
import { type Pick, seededRandom } from '../random.js'
import { fakeRotctld, honest, type Reply, type Scope } from '../rotctld.js'
import { fakeLine } from '../serial-bench.js'
import { LANES } from './decoder-lanes.js'
import { cut, damaged } from './hostile-bytes.js'

export interface DecoderReport {
  readonly cases: number
  /** Read as a value, refused by name, or not yet an answer. */
  readonly read: number
  readonly refused: number
  readonly incomplete: number
  /** What must not be, in words. */
  readonly faults: readonly string[]
}

/** `cases` answers with up to four changes each, in up to five pieces. */
export function fuzzDecoders(cases: number, seed: number): DecoderReport {
  const pick = seededRandom(seed)
  const counts = { read: 0, refused: 0, incomplete: 0 }
  const faults: string[] = []
  for (let i = 0; i < cases; i++) {
    const lane = LANES[i % LANES.length]
    if (lane === undefined) break
    let text = lane.honest(pick)
    const changes = pick(5)
    for (let n = 0; n < changes; n++) text = damaged(text, pick)
    try {
      const value = lane.decode(cut(text, pick))
      if (value === null) counts.incomplete += 1
      else counts.read += 1
      if (!lane.isSane(value))
        faults.push(`${lane.name} read ${JSON.stringify(value)} from ${JSON.stringify(text)}`)
    } catch (cause) {
      counts.refused += 1
      if (!(cause instanceof DriverError))
        faults.push(`${lane.name} threw ${cause} at ${JSON.stringify(text)}`)
      else if (changes === 0) faults.push(`${lane.name} refused the honest ${JSON.stringify(text)}`)
    }
  }
  return { cases, ...counts, faults }
}

export interface DriverReport {
  readonly requests: number
  readonly answered: number
  /** Requests by the fault that ended them. */
  readonly byFault: Readonly<Record<string, number>>
  readonly longestMs: number
  readonly faults: readonly string[]
}

/** One request in the time-outs of connecting, writing, answering and quiet, and the slowness of a loaded machine. */
const MOST_MS = 15_000

class Tally {
  requests = 0
  answered = 0
  longestMs = 0
  readonly byFault: Record<string, number> = {}
  readonly faults: string[] = []

  async count(who: string, request: () => Promise<unknown>): Promise<void> {
    const begin = performance.now()
    this.requests += 1
    try {
      await request()
      this.answered += 1
    } catch (cause) {
      const fault = cause instanceof DriverError ? cause.fault : null
      if (fault === null) this.faults.push(`${who} threw ${cause}`)
      else this.byFault[fault] = (this.byFault[fault] ?? 0) + 1
    }
    const took = performance.now() - begin
    this.longestMs = Math.max(this.longestMs, took)
    if (took > MOST_MS) this.faults.push(`${who} took ${took.toFixed(0)} ms`)
  }
}

/** Positions, moves and stops, in some order. */
async function exercise(driver: Rotator, rounds: number, pick: Pick, tally: Tally): Promise<void> {
  for (let i = 0; i < rounds; i++) {
    const requests = [
      () => driver.position(),
      () => driver.moveTo(pick(451), pick(91), always),
      () => driver.stop(),
      () => driver.park(always),
    ]
    await tally.count(driver.kind, requests[pick(requests.length)] ?? requests[0] ?? (async () => undefined))
  }
  await driver.close()
}

/** An honest answer, a damaged one, one in pieces, silence, or the end. */
function hostile(answer: string, pick: Pick): Reply {
  const kind = pick(20)
  if (kind === 0) return null
  if (kind === 1) return 'end'
  if (kind < 8) return answer
  return cut(damaged(answer, pick), pick)
}

/** `drivers` of each kind side by side, `rounds` requests each, against peers that damage most of their answers. */
export async function fuzzDrivers(
  t: Scope,
  drivers: number,
  rounds: number,
  seed: number,
): Promise<DriverReport> {
  const pick = seededRandom(seed)
  const tally = new Tally()
  const daemon = await fakeRotctld(t, (line) => hostile(honest(line), pick))
  const tcp = Array.from({ length: drivers }, () => {
    const options = { host: '127.0.0.1', port: daemon.port, allowRemote: false, model: null }
    return exercise(new RotctldDriver(options), rounds, pick, tally)
  })
  const serial = SERIAL_PROTOCOL_NAMES.flatMap((name) =>
    Array.from({ length: drivers }, () => {
      const protocol = serialProtocol(name)
      const lane = LANES.find((l) => l.name === name)
      const line = fakeLine({
        answer: (bytes) => {
          const isAsked = bytes === protocol.askPosition || (protocol.answersStop && bytes === protocol.stop)
          const reply = isAsked ? hostile(lane?.honest(pick) ?? '', pick) : ''
          if (reply === 'end') line.lose('pulled out')
          return reply === 'end' || reply === null ? '' : [...reply].join('')
        },
      })
      const { baudRate, travel } = protocol
      const options = { protocol, path: '/dev/none', baudRate, travel, settleMs: 0 }
      return exercise(new SerialDriver(options, line.open, systemClock), rounds, pick, tally)
    }),
  )
  await Promise.all([...tcp, ...serial])
  const { requests, answered, byFault, longestMs, faults } = tally
  return { requests, answered, byFault, longestMs, faults }
}
