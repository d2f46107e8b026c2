import t from 'tap'
import { browserName } from '../../core/dashboard/logic/user-agent.js'

t.test('browsers are called by their own names', async (t) => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
  t.equal(browserName(chrome), 'Chrome 156 on Linux')
  t.equal(browserName(`${chrome} Edg/156.0`), 'Edge 156 on Linux')
  t.equal(
    browserName('Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Gecko/20100101 Firefox/140.0'),
    'Firefox 140 on macOS',
  )
  t.equal(
    browserName(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1 Version/19.0 Mobile/1 Safari/604.1',
    ),
    'Safari 19 on iOS',
  )
})

t.test('what is no browser is shown as it calls itself, cut', async (t) => {
  t.equal(browserName('curl/8.0'), 'curl/8.0')
  t.equal(browserName('x'.repeat(500)).length, 60)
  t.equal(browserName(''), 'Unknown program')
})
