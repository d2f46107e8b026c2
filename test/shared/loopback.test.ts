import t from 'tap'
import { isLoopback } from '../../shared/loopback.js'

t.test('B10, G4, G7: this machine is this machine, and nothing that looks like it is', (t) => {
  for (const host of ['127.0.0.1', '127.3.2.1', 'localhost', '::1', '[::1]']) t.ok(isLoopback(host), host)
  for (const host of [
    '127.0.0.1.example',
    'localhost.example',
    '::',
    '0.0.0.0',
    '1127.0.0.1',
    '',
    '[127.0.0.1',
    '::1]',
  ])
    t.notOk(isLoopback(host), host)
  t.end()
})
