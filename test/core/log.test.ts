import t from 'tap'
import { createLog, describeError } from '../../core/log.js'

const logged = (fields: object): string => {
  const lines: string[] = []
  createLog('info', { write: (line) => lines.push(line) }).info(fields, 'x')
  return lines.join('')
}

t.test('fields with the names of secrets are left out', (t) => {
  for (const field of [
    'token',
    'password',
    'authorization',
    'cookie',
    'secret',
    'ticket',
    'connectionString',
  ])
    t.notOk(
      logged({ [field]: 'sesame', a: { [field]: 'sesame', b: { [field]: 'sesame' } } }).includes('sesame'),
    )
  t.match(logged({ stationId: 'station-1' }), /station-1/)
  t.end()
})

t.test('an error is told by its type, code, message and causes, not by what hangs on it', (t) => {
  const inner = Object.assign(new Error('inner'), { client: { pass: 'sesame' } })
  const error = Object.assign(new TypeError('outer', { cause: inner }), {
    code: 'E1',
    client: { pass: 'sesame' },
  })
  t.match(describeError(error), {
    ...{ type: 'TypeError', code: 'E1', message: 'outer' },
    cause: { type: 'Error', message: 'inner' },
  })
  t.notOk(logged({ err: error }).includes('sesame'))
  const round = new Error('round')
  round.cause = round
  t.ok(describeError(round))
  t.same(describeError('text'), { type: 'string', message: 'text' })
  t.end()
})
