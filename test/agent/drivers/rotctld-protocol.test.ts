import fc from 'fast-check'
import t from 'tap'
import { readState, setPos } from '../../../agent/drivers/rotctld-protocol.js'
import { DUMP } from '../../support/rotctld.js'

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: -720, max: 1080, noNaN: true }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21, 5e-324, 9999.999, -9999.995),
)

t.test('G1: whatever number is asked for, the line is two fixed-point numbers or there is no line', (t) => {
  fc.assert(
    fc.property(anyNumber, anyNumber, (az, el) => {
      let line: string
      try {
        line = setPos(az, el).line
      } catch {
        return true
      }
      const match = /^\+\\set_pos (-?\d{1,4}\.\d{2}) (-?\d{1,4}\.\d{2})\n$/.exec(line)
      return (
        match !== null &&
        Math.abs(Number(match[1]) - az) <= 0.0051 &&
        Math.abs(Number(match[2]) - el) <= 0.0051
      )
    }),
    { numRuns: 2000 },
  )
  t.end()
})

/** The lines of a `dump_state` between echo and end, changed. */
const dump = (from = '', to = '') => DUMP.replace(from, to).split('\n').slice(1, -2)

t.test('a rotctld tells its model, its limits and by that its steps', (t) => {
  t.same(readState(dump()), {
    model: 1,
    limits: { azMin: -180, azMax: 450, elMin: 0, elMax: 90 },
    steps: { az: 100, el: 100 },
  })
  const stepsOf = (model: number) => readState(dump('Model: 1', `Model: ${model}`)).steps.az
  t.same([202, 601, 603, 901, 903, 401].map(stepsOf), [10, 1, 1, 2, 2, 100])
  t.equal(readState(dump('rot_type=AzEl\n')).model, 1, 'older releases do not tell the type')
  t.end()
})

t.test('another version, one axis, or azimuths turned round behind our back: each has a name', (t) => {
  const faultOf = (from: string, to: string): string => {
    try {
      readState(dump(from, to))
      return 'none'
    } catch (cause) {
      return (cause as { fault: string }).fault
    }
  }
  t.equal(faultOf('Ver: 1', 'Ver: 2'), 'wrong_version')
  t.equal(faultOf('rot_type=AzEl', 'rot_type=Az'), 'wrong_model')
  t.equal(faultOf('South Zero: 0', 'South Zero: 1'), 'invalid_configuration')
  t.equal(faultOf('450.000000', 'nan'), 'unreadable')
  t.end()
})
