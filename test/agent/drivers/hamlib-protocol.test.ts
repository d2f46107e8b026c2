import fc from 'fast-check'
import t from 'tap'
import {
  numberOf,
  plain,
  readAnswer,
  readInfo,
  withArguments,
} from '../../../agent/drivers/hamlib-protocol.js'

const GET_POS = plain('get_pos')

t.test('a command is one line, and its echo is known before it is sent', (t) => {
  t.same(GET_POS, { line: '+\\get_pos\n', echo: 'get_pos:' })
  t.same(withArguments('set_pos', '1.00', '2.00'), {
    line: '+\\set_pos 1.00 2.00\n',
    echo: 'set_pos: 1.00 2.00',
  })
  t.end()
})

t.test('no text of a daemon can do worse than a named error', (t) => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom('get_pos:', 'RPRT 0', 'RPRT -1', 'Azimuth: 1', 'Azimuth: '),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      try {
        const rest = readAnswer(GET_POS, lines)
        if (lines[0] !== 'get_pos:' || lines.at(-1) !== 'RPRT 0') return false
        return Number.isFinite(numberOf(rest, 'Azimuth'))
      } catch (cause) {
        return (cause as { code?: string }).code === 'driver_failed'
      }
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('a number is written in full: what atof would read as one is none', (t) => {
  for (const text of ['nan', 'inf', '1e3', '0x10', '', '10,5', '1.2.3', ' 5', '123456', '-'])
    t.throws(() => numberOf([`Azimuth: ${text}`], 'Azimuth'), /no number/, text)
  t.equal(numberOf(['Frequency: 437800000'], 'Frequency', 12), 437_800_000)
  t.equal(numberOf(['Elevation: 2', 'Azimuth: -10.50'], 'Azimuth'), -10.5)
  t.end()
})

t.test('a name carries nothing that cannot be printed, and is not long', (t) => {
  t.equal(readInfo(['Info: A \x1b[31mrotator\u0007']), 'A [31mrotator')
  t.equal(readInfo([`Info: ${'x'.repeat(500)}`])?.length, 80)
  t.equal(readInfo(['Info: ']), null)
  t.equal(readInfo([]), null)
  t.end()
})
