/** Damaged answers against the drivers: read within bounds, or ended by name, and in time. */
import t from 'tap'
import { fuzzDecoders, fuzzDrivers } from '../../support/fuzz/fuzz-drivers.js'

const SEED = 20_261_122

t.test('50,000 damaged answers are read within bounds or refused by name', (t) => {
  const { faults, read, refused, incomplete } = fuzzDecoders(50_000, SEED)
  t.same(faults.slice(0, 5), [])
  t.ok(read > 5000 && refused > 5000 && incomplete > 5000, `${read} ${refused} ${incomplete}`)
  t.end()
})

t.test('drivers whose peers damage most answers end each request by name, in time', async (t) => {
  const { faults, requests, answered, byFault } = await fuzzDrivers(t, 12, 5, SEED)
  t.same(faults, [])
  t.equal(requests, 12 * 5 * 5)
  t.ok(answered > 10, String(answered))
  for (const fault of ['timeout', 'desynchronised', 'unreadable', 'disconnected'])
    t.ok((byFault[fault] ?? 0) > 0, `${fault} has happened: ${JSON.stringify(byFault)}`)
})
