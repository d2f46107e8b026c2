import fc from 'fast-check'
import t from 'tap'
import { parseAdjtimex, parseChrony, parseTimedatectl } from '../../../agent/clock/ntp.js'

const CHRONY =
  'C035676C,192.53.103.108,2,1763818800.123456789,-0.000123456,0.000010000,0.000200000,-12.345,0.001,0.050,0.020000000,0.001500000,64.2,Normal\n'
const ADJTIMEX = `         mode: 0
       offset: -181
    frequency: -811234
     maxerror: 48500
     esterror: 12
       status: 8193
time_constant: 7
    precision: 1
    tolerance: 32768000
         tick: 10000
     raw time:  1763818800s 123456us = 1763818800.123456
 return value = 0
`

t.test('chrony gives a bound: offset, half the delay, and the dispersion', (t) => {
  const reading = parseChrony(CHRONY)
  t.equal(reading?.isSynchronised, true)
  t.ok(Math.abs((reading?.boundMs ?? 0) - 11.623456) < 1e-6, `${reading?.boundMs}`)
  t.same(parseChrony(CHRONY.replace('Normal', 'Not synchronised')), { isSynchronised: false, boundMs: null })
  t.end()
})

t.test('the kernel gives the error that it was told', (t) => {
  t.same(parseAdjtimex(ADJTIMEX), { isSynchronised: true, boundMs: 48.5 })
  t.same(parseAdjtimex(ADJTIMEX.replace('8193', '64')), { isSynchronised: false, boundMs: null })
  t.end()
})

t.test('systemd says yes or no', (t) => {
  t.same(parseTimedatectl('NTPSynchronized=yes\n'), { isSynchronised: true, boundMs: null })
  t.same(parseTimedatectl('NTPSynchronized=no\n'), { isSynchronised: false, boundMs: null })
  t.end()
})

t.test('a text that is not quite theirs says nothing', (t) => {
  for (const text of [
    '',
    '506 Cannot talk to daemon\n',
    CHRONY.replace('-0.000123456', 'nan'),
    CHRONY.replace('-0.000123456', '1e-3'),
    CHRONY.replace(',64.2', ''),
    CHRONY.replace('Normal', 'normal'),
    `${CHRONY}${CHRONY}`,
  ])
    t.equal(parseChrony(text), null, text)
  for (const text of ['', 'status: x\nmaxerror: 1', ADJTIMEX + ADJTIMEX, ADJTIMEX.replace('48500', '-5')])
    t.equal(parseAdjtimex(text), null, text)
  for (const text of ['', 'yes', 'NTPSynchronized=maybe\n', 'NTPSynchronized=yes\nNTP=no\n'])
    t.equal(parseTimedatectl(text), null, text)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const parse of [parseChrony, parseAdjtimex, parseTimedatectl]) {
        const reading = parse(text)
        if (reading?.boundMs != null && !(reading.boundMs >= 0)) return false
      }
      return true
    }),
  )
  t.end()
})
