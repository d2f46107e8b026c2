import t from 'tap'
import { DriverError } from '../../../agent/drivers/fault.js'
import { Reopening } from '../../../agent/drivers/reopening.js'

t.test('a line that cannot be opened is tried ever more seldom, and at once after it has worked', (t) => {
  let now = 0
  const reopening = new Reopening({ now: () => now, monotonic: () => now })
  const error = new DriverError('disconnected', -6, 'no such file')
  t.equal(reopening.refusal, null)
  const pauses: number[] = []
  for (let i = 0; i < 7; i++) {
    reopening.failed(error)
    const from = now
    while (reopening.refusal !== null) {
      t.equal(reopening.refusal, error)
      now += 100
    }
    pauses.push(now - from)
  }
  t.same(pauses, [500, 1000, 2000, 4000, 8000, 10_000, 10_000])
  reopening.worked()
  reopening.failed(error)
  now += 500
  t.equal(reopening.refusal, null)
  t.end()
})
