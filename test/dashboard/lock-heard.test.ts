import t from 'tap'
import { lockHeard } from '../../core/dashboard/logic/lock-heard.js'
import { LOCK_HEARD } from '../../shared/api/fleet.js'

t.test('a lock is green only where the antenna is known to stand still', async (t) => {
  t.same(
    LOCK_HEARD.filter((heard) => lockHeard(heard).tone === 'good'),
    ['stopped'],
  )
  for (const heard of ['silent', 'absent'] as const)
    t.match(lockHeard(heard).label, 'may go on with the plans')
})
