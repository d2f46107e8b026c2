import t from 'tap'
import { checkReturnTo } from '../../../core/http/return-to.js'

const OURS = 'https://talos.example.org'

t.test('A28: a sign-in leads back to the configured https origin, and nowhere else', (t) => {
  t.equal(checkReturnTo(undefined, OURS), null)
  t.equal(checkReturnTo(`${OURS}/stations/abc?x=1#y`, OURS), `${OURS}/stations/abc?x=1#y`)
  t.equal(checkReturnTo('https://talos.example.org:443/', OURS), `${OURS}/`)
  const refused = [
    'https://talos.example.org.evil.example/',
    'https://talos.example.org:8443/',
    'http://talos.example.org/',
    'https://user@talos.example.org/',
    'https://talos.example.org@evil.example/',
    '//evil.example/',
    '//talos.example.org/',
    '/stations',
    '\\\\evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'blob:https://talos.example.org/1',
    'https:evil.example',
    ' ',
    '',
  ]
  for (const address of refused)
    t.throws(
      () => checkReturnTo(address, OURS),
      { code: 'invalid_request', options: { errors: [{ pointer: '/returnTo' }] } },
      address,
    )
  t.end()
})

t.test('A28: with no origin configured, or one without https, none is accepted', (t) => {
  for (const [address, allowed] of [
    [`${OURS}/`, null],
    ['http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
  ] as const)
    t.throws(() => checkReturnTo(address, allowed), { code: 'invalid_request' })
  t.end()
})
