import fc from 'fast-check'
import t from 'tap'
import { asksAgain, pairingEnd } from '../../core/dashboard/logic/pairing-wait.js'
import { ERRORS, type ErrorCode } from '../../shared/errors.js'

t.test(
  'A32: a browser asks again after «not yet» and after failures of the server, until the deadline',
  (t) => {
    const codes = Object.keys(ERRORS) as ErrorCode[]
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.integer({ min: -5000, max: 5000 }), (code, left) => {
        const { status } = ERRORS[code]
        const again = asksAgain({ code, status }, 1_000_000 - left, 1_000_000)
        t.equal(again, left > 0 && (status === 425 || status >= 500), `${code}, ${left} ms left`)
      }),
    )
    t.notOk(asksAgain({ code: 'pairing_over', status: 410 }, 0, 1), 'turned away')
    t.notOk(asksAgain({ code: 'not_found', status: 404 }, 0, 1), 'A31: switched off')
    t.notOk(asksAgain({ code: 'rate_limited', status: 429 }, 0, 1))
    t.end()
  },
)

t.test('W6: each end says what happened', (t) => {
  const detail = 'the detail'
  t.match(pairingEnd({ code: 'not_found', detail }, false), /switched off/)
  t.match(pairingEnd({ code: 'pairing_over', detail }, false), /turned it away/)
  t.match(pairingEnd({ code: 'pairing_over', detail }, true), /in time/)
  t.equal(pairingEnd({ code: 'rate_limited', detail }, false), detail)
  t.end()
})
