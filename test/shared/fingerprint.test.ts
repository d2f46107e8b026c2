import t from 'tap'
import { fingerprintGroups } from '../../shared/fingerprint.js'

t.test('E16: a SHA-256 is sixteen groups of four, and no digit is lost', async (t) => {
  const hex = '0123456789abcdef'.repeat(4)
  const groups = fingerprintGroups(hex)
  t.equal(groups.length, 16)
  t.same(groups.slice(0, 4), ['0123', '4567', '89AB', 'CDEF'])
  t.equal(groups.join('').toLowerCase(), hex)
  t.same(fingerprintGroups(''), [])
})
