/** The words of each controller: what leaves is always one well-formed command, and what comes is a number or an error. */
import fc from 'fast-check'
import t from 'tap'
import { DriverError } from '../../../agent/drivers/fault.js'
import type { SerialProtocol } from '../../../agent/drivers/serial-protocol.js'
import {
  SERIAL_PROTOCOL_NAMES,
  type SerialProtocolName,
  serialProtocol,
} from '../../../agent/drivers/serial-protocols.js'
import { onGrid } from '../../../shared/mount/grid.js'
import type { Limits } from '../../../shared/mount/limits.js'

/** What each command of a move must look like, and the position that it means. */
const SAID: Readonly<Record<SerialProtocolName, (bytes: string) => readonly [number, number] | null>> = {
  easycomm2: (bytes) => {
    const [, az, el] = /^AZ(-?\d{1,3}\.\d) EL(-?\d{1,3}\.\d)\n$/.exec(bytes) ?? []
    return az === undefined || el === undefined ? null : [Number(az), Number(el)]
  },
  gs232a: (bytes) => gs232(bytes),
  gs232b: (bytes) => gs232(bytes),
  rot2prog: (bytes) => {
    const [, az = '', azSteps = '', el = '', elSteps = ''] = /^W(\d{4})(.)(\d{4})(.)\/ $/s.exec(bytes) ?? []
    const [n = 0, m = 0] = [azSteps, elSteps].map((c) => c.charCodeAt(0))
    return n >= 1 && n <= 10 && m >= 1 && m <= 10 ? [Number(az) / n - 360, Number(el) / m - 360] : null
  },
}

function gs232(bytes: string): readonly [number, number] | null {
  const [, az, el] = /^W(\d{3}) (\d{3})\r$/.exec(bytes) ?? []
  return az === undefined || el === undefined ? null : [Number(az), Number(el)]
}

const angle = fc.oneof(
  fc.double({ min: -720, max: 1080, noNaN: true }),
  fc.constantFrom(0, -0, 0.05, 359.95, 359.6, 449.5, 450, -180, 540, 90, 180, 89.96, Number.NaN),
)

/** Four angles as the travel of two axes. */
function travelOf(protocol: SerialProtocol, a: number, b: number, c: number, d: number): Limits {
  const { reach } = protocol
  const clamp = (value: number, min: number, max: number) => Math.max(min, Math.min(max, value || 0))
  const [azMin = 0, azMax = 0] = [a, b].map((v) => clamp(v, reach.azMin, reach.azMax)).sort((x, y) => x - y)
  const [elMin = 0, elMax = 0] = [c, d].map((v) => clamp(v, reach.elMin, reach.elMax)).sort((x, y) => x - y)
  return { azMin, azMax, elMin, elMax }
}

for (const name of SERIAL_PROTOCOL_NAMES) {
  const protocol = serialProtocol(name)
  const said = SAID[name]

  t.test(
    `G1, ${name}: what leaves is one command, and its position lies in the travel after rounding`,
    (t) => {
      const stepChoice =
        name === 'rot2prog' ? fc.constantFrom(1, 2, 4, 10) : fc.constant(name === 'easycomm2' ? 10 : 1)
      fc.assert(
        fc.property(
          fc.tuple(angle, angle, angle, angle),
          fc.tuple(angle, angle),
          stepChoice,
          (edges, [az, el], n) => {
            const travel = travelOf(protocol, ...edges)
            const steps = { az: n, el: n }
            const target = onGrid(travel, steps, { az, el })
            if (target === null) return true
            const position = said(protocol.move(target, steps))
            if (position === null) return false
            const [saidAz, saidEl] = position
            // A GS-232 has no numbers below 0: 350 is 10 degrees west of north.
            const back = name.startsWith('gs232') && target.az < 0 ? saidAz - 360 : saidAz
            return (
              Math.abs(back - target.az) < 1e-9 &&
              Math.abs(saidEl - target.el) < 1e-9 &&
              back >= travel.azMin - 1e-9 &&
              back <= travel.azMax + 1e-9 &&
              saidEl >= travel.elMin - 1e-9 &&
              saidEl <= travel.elMax + 1e-9
            )
          },
        ),
        { numRuns: 3000 },
      )
      t.end()
    },
  )

  t.test(`${name}: no answer of anybody does worse than a named fault, and a position is a number`, (t) => {
    const frame = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: fc.constantFrom(...'AZEL=+-. 0123456789?>\0\x02\x0aW'), maxLength: 24 }),
    )
    fc.assert(
      fc.property(frame, (text) => {
        try {
          const reading = protocol.readPosition(text)
          if (reading === null) return true
          const { az, el, steps } = reading
          return (
            [az, el].every((v) => Number.isFinite(v) && Math.abs(v) < 1000) && steps.az >= 1 && steps.el >= 1
          )
        } catch (cause) {
          return cause instanceof DriverError
        }
      }),
      { numRuns: 3000 },
    )
    t.end()
  })

  t.test(`${name}: its own travel is within its reach`, (t) => {
    const { travel, reach } = protocol
    t.ok(travel.azMin >= reach.azMin && travel.azMax <= reach.azMax)
    t.ok(travel.elMin >= reach.elMin && travel.elMax <= reach.elMax)
    t.end()
  })
}

const read = (name: SerialProtocolName, frame: string) => {
  const reading = serialProtocol(name).readPosition(frame)
  return reading === null ? null : [reading.az, reading.el]
}
const faultOf = (name: SerialProtocolName, frame: string): string => {
  try {
    read(name, frame)
    return 'none'
  } catch (cause) {
    return (cause as DriverError).fault
  }
}

t.test('EasyComm II: the spellings that controllers have, and their alarms', (t) => {
  for (const line of ['AZ123.4 EL45.6', 'AZ 123.4 EL 45.6', 'AZ123.4 EL45.6 UP000 XXX DN000 XXX'])
    t.same(read('easycomm2', line), [123.4, 45.6], line)
  t.same(read('easycomm2', 'AZ-10.0 EL-1'), [-10, -1])
  for (const line of ['AZ123.4EL45.6', '+123.4,45.6', 'AZnan EL0', 'AZ1e2 EL0', 'AZ10 EL', 'AZ0x10 EL1'])
    t.equal(read('easycomm2', line), null, line)
  t.equal(faultOf('easycomm2', 'ALM01'), 'rejected')
  t.equal(faultOf('easycomm2', 'ER003'), 'rejected')
  t.end()
})

t.test('GS-232: A and B answer each in their own way, and one that is taken for the other says so', (t) => {
  t.same(read('gs232a', '+0123+0046'), [123, 46])
  t.same(read('gs232a', '+0123-0003'), [123, -3])
  for (const line of ['AZ=123 EL=046', 'AZ=123EL=046', 'AZ=123  EL=046'])
    t.same(read('gs232b', line), [123, 46], line)
  t.same(read('gs232b', 'AZ=450  EL=-01'), [450, -1])
  t.equal(faultOf('gs232b', '+0123+0046'), 'wrong_model')
  t.equal(faultOf('gs232a', 'AZ=123 EL=046'), 'wrong_model')
  t.equal(faultOf('gs232a', '?>'), 'rejected')
  t.equal(read('gs232a', '+0123'), null, 'one axis only')
  t.end()
})

t.test('Rot2Prog: angle and steps are told together, and what is no digit is no angle', (t) => {
  const block = (...bytes: number[]) => String.fromCharCode(0x57, ...bytes, 0x20)
  const reading = serialProtocol('rot2prog').readPosition(block(4, 8, 3, 5, 2, 4, 0, 5, 5, 4))
  t.same(reading, { az: 123.5, el: 45.5, steps: { az: 2, el: 4 } })
  t.same(read('rot2prog', block(3, 5, 0, 0, 1, 3, 5, 9, 9, 1)), [-10, -0.1])
  t.equal(read('rot2prog', block(0x33, 8, 3, 5, 2, 4, 0, 5, 5, 2)), null, 'an ASCII digit')
  t.equal(read('rot2prog', block(4, 8, 3, 5, 0, 4, 0, 5, 5, 2)), null, 'no steps')
  t.equal(read('rot2prog', block(4, 8, 3, 5, 11, 4, 0, 5, 5, 2)), null, 'more steps than four digits hold')
  t.end()
})
