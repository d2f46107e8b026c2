import t from 'tap'
import { codeTitle, failureOf } from '../../core/dashboard/logic/failure-text.js'
import { TalosError } from '../../shared/errors.js'

t.test('an error of ours says its title and its detail', async (t) => {
  t.same(failureOf(new TalosError('station_offline', 'Nothing was sent.')), {
    code: 'station_offline',
    title: 'The station is not connected',
    detail: 'Nothing was sent.',
  })
})

t.test('anything else is ours to fix, and says so', async (t) => {
  t.equal(failureOf(new TypeError('x is undefined')).code, 'internal')
  t.equal(failureOf('odd').detail, 'odd')
})

t.test('a code is told in words where it is one', async (t) => {
  t.equal(codeTitle('link_lost'), 'The connection was lost')
  t.equal(codeTitle('booked by the schedule'), 'booked by the schedule')
  t.equal(codeTitle('__proto__'), '__proto__')
})
