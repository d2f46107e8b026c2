import fc from 'fast-check'
import t from 'tap'
import { CLOCK_TOLERANCE_MS, peek, refuseClaims } from '../../agent/admission.js'
import { STATION } from '../support/agent-bench.js'

const NOW = 1_800_000_000_000
const at = (iatS: number, expS: number, aud = STATION) =>
  refuseClaims({ aud, iat: NOW / 1000 + iatS, exp: NOW / 1000 + expS }, STATION, NOW)?.code ?? null

t.test('a message is admitted from its making to its end, with two seconds for the clocks', (t) => {
  t.equal(CLOCK_TOLERANCE_MS, 2000)
  t.equal(at(0, 5), null)
  t.equal(at(1.9, 5), null)
  t.equal(at(2.1, 5), 'not_yet_valid')
  t.equal(at(-10, -1.9), null)
  t.equal(at(-10, -2.1), 'expired')
  t.equal(at(0, 5, 'station-00000002'), 'wrong_audience')
  t.end()
})

t.test('any text can be peeked into without harm, and only an id of ours is found', (t) => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const found = peek(text)
      return found === null || /^[a-z0-9-]{8,64}$/.test(found.jti)
    }),
  )
  const body = (value: unknown) => `x.${Buffer.from(JSON.stringify(value)).toString('base64url')}.y`
  t.same(peek(body({ jti: 'message-1', op: 'move', more: 1 })), { jti: 'message-1', op: 'move' })
  t.same(peek(body({ jti: 'message-1', op: 7 })), { jti: 'message-1', op: 'unknown' })
  for (const jti of ['../ack', '+', 'a#', '', null, 5, 'x'.repeat(65)]) t.equal(peek(body({ jti })), null)
  t.end()
})
