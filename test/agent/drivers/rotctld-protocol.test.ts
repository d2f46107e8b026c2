import fc from 'fast-check'
import t from 'tap'
import { readAnswer, setPos } from '../../../agent/drivers/rotctld-protocol.js'

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

t.test('no text of a daemon can do worse than an error', (t) => {
  const request = { line: '+\\get_pos\n', echo: 'get_pos:' }
  fc.assert(
    fc.property(fc.array(fc.string()), (lines) => {
      try {
        readAnswer(request, lines)
        return lines[0] === 'get_pos:' && lines.at(-1) === 'RPRT 0'
      } catch (cause) {
        return (cause as { code?: string }).code === 'driver_failed'
      }
    }),
  )
  t.end()
})
