import fc from 'fast-check'
import t from 'tap'
import { readFreq, readMode, setFreq, setSplitFreq } from '../../../agent/rig/rigctld-protocol.js'

t.test('G1 for radios: whole hertz above zero, or no line at all', (t) => {
  t.same(setFreq(437_800_000), { line: '+\\set_freq 437800000\n', echo: 'set_freq: 437800000' })
  const any = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, -5, 1e12, 437.8, 1e21, 99_999_999_999_999),
  )
  fc.assert(
    fc.property(any, fc.constantFrom(setFreq, setSplitFreq), (hz, make) => {
      try {
        return /^\+\\set_(?:split_)?freq [1-9]\d{0,11}\n$/.test(make(hz).line)
      } catch (cause) {
        return (cause as { fault?: string }).fault === 'invalid_parameter'
      }
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('what is no frequency and no mode is none', (t) => {
  t.equal(readFreq(['Frequency: 437800000']), 437_800_000)
  t.equal(readFreq(['Frequency: 145900000.400000']), 145_900_000)
  for (const text of ['-5', '0', 'nan', '-9223372036854775808', '437,8', '1e6', ''])
    t.throws(() => readFreq([`Frequency: ${text}`]), { code: 'driver_failed' }, text)
  t.equal(readMode(['Mode: PKTUSB', 'Passband: 3000']), 'PKTUSB')
  t.equal(readMode(['Mode: C4FM']), 'C4FM', 'also one that is never set')
  for (const text of ['', 'usb', 'F M', '\u001b[31m', 'X'.repeat(30)])
    t.throws(() => readMode([`Mode: ${text}`]), { code: 'driver_failed' }, text)
  t.end()
})
