import t from 'tap'
import { dopplerShift, frequencyText, shiftText } from '../../core/dashboard/logic/frequency.js'

t.test('frequencies are read to the hertz', async (t) => {
  t.equal(frequencyText(437_123_456), '437.123456 MHz')
  t.equal(frequencyText(null), '—')
  t.same([9812, -40, 0].map(shiftText), ['+9.812 kHz', '−0.040 kHz', '0.000 kHz'])
})

t.test('Doppler is what the motion adds, without what the operator added by the dial', async (t) => {
  t.equal(dopplerShift(437_010_500, 437_000_000, 500), 10_000)
  t.equal(dopplerShift(null, 437_000_000, 0), null)
  t.equal(dopplerShift(437_000_000, null, 0), null)
})
