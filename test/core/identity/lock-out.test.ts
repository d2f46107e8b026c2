import t from 'tap'
import {
  FAILURE_WINDOW_MS,
  LOCK_OUT_MS,
  LockOut,
  MAX_FAILURES,
  type Source,
} from '../../../core/identity/lock-out.js'
import { TalosError } from '../../../shared/errors.js'
import { MINUTE, SECOND } from '../../../shared/time.js'

const HERE: Source = { kind: 'address', address: '192.0.2.1' }

function bench() {
  let now = 0
  const lockOut = new LockOut({ monotonic: () => now })
  /** `ok`, the code of the failure, or how long to wait. */
  const attempt = async (
    source: Source,
    fails: boolean,
    code: 'link_invalid' | 'internal' = 'link_invalid',
  ) => {
    const work = async () => {
      if (fails) throw new TalosError(code, 'x')
      return 'ok'
    }
    const isFailure = (error: TalosError) => error.code === 'link_invalid'
    return await lockOut
      .attempt(source, isFailure, work)
      .catch((error: TalosError) => error.options.retryAfterS ?? error.code)
  }
  const fail = async (times: number, source = HERE) => {
    for (let n = 0; n < times; n++) await attempt(source, true)
  }
  return { attempt, fail, pass: (ms: number) => (now += ms) }
}

t.test('A46: ten failures in five minutes lock out for fifteen', async (t) => {
  const { attempt, fail, pass } = bench()
  await fail(MAX_FAILURES - 1)
  t.equal(await attempt(HERE, false), 'ok')
  await fail(1)
  t.equal(await attempt(HERE, false), LOCK_OUT_MS / SECOND, 'not even the right one, and it says how long')
  pass(LOCK_OUT_MS - MINUTE)
  t.equal(await attempt(HERE, false), 60)
  pass(MINUTE)
  t.equal(await attempt(HERE, false), 'ok')
})

t.test(
  'A46: attempts during a lock-out do not extend it, and afterwards the count begins anew',
  async (t) => {
    const { attempt, fail, pass } = bench()
    await fail(MAX_FAILURES)
    pass(LOCK_OUT_MS / 2)
    await fail(50)
    pass(LOCK_OUT_MS / 2)
    await fail(MAX_FAILURES - 1)
    t.equal(await attempt(HERE, false), 'ok')
  },
)

t.test('A46: those side by side when the lock falls do not extend it either', async (t) => {
  const { attempt, pass } = bench()
  await Promise.all(Array.from({ length: 50 }, () => attempt(HERE, true)))
  pass(LOCK_OUT_MS)
  t.equal(await attempt(HERE, false), 'ok')
})

t.test('A46: failures far apart do not add up; successes neither count nor forgive', async (t) => {
  const { attempt, fail, pass } = bench()
  for (let n = 0; n < 4; n++) {
    await fail(MAX_FAILURES - 1)
    pass(FAILURE_WINDOW_MS + 1)
  }
  t.equal(await attempt(HERE, false), 'ok')
  for (let n = 0; n < 50; n++) await attempt(HERE, false)
  await fail(MAX_FAILURES - 1)
  t.equal(await attempt(HERE, false), 'ok')
  await fail(1)
  t.equal(await attempt(HERE, false), LOCK_OUT_MS / SECOND)
})

t.test('an outage of ours is nobody’s guess', async (t) => {
  const { attempt } = bench()
  for (let n = 0; n < 50; n++) t.equal(await attempt(HERE, true, 'internal'), 'internal')
  t.equal(await attempt(HERE, false), 'ok')
})

t.test('A46: failures count where they come from: browser, address with its /64, session', async (t) => {
  const { attempt, fail } = bench()
  const from = (address: string): Source => ({ kind: 'address', address })
  await fail(MAX_FAILURES, from('2001:db8:1:2::5'))
  t.equal(await attempt(from('2001:db8:1:2:ffff::9'), false), 900, 'the same network')
  t.equal(await attempt(from('2001:db8:1:3::5'), false), 'ok')
  t.equal(await attempt({ kind: 'browser', id: 'b1' }, false), 'ok')
  await fail(MAX_FAILURES, { kind: 'browser', id: 'b1' })
  t.equal(await attempt({ kind: 'browser', id: 'b1' }, false), 900)
  t.equal(await attempt({ kind: 'session', id: 'b1' }, false), 'ok')
})
