import t from 'tap'
import {
  contactPath,
  fragmentSecret,
  PAGES,
  parseRoute,
  satellitePath,
  stationPath,
  takesSecret,
} from '../../core/dashboard/logic/route.js'
import { ID } from './samples.js'

t.test('every page is found by its own address, with and without a last slash', async (t) => {
  for (const [page, path] of Object.entries(PAGES)) {
    t.same(parseRoute(path), { page })
    if (path !== '/') t.same(parseRoute(`${path}/`), { page })
  }
})

t.test('a station, a contact and a satellite are found by their ids', async (t) => {
  t.same(parseRoute(satellitePath('25544')), { page: 'satellite', id: '25544' })
  t.same(parseRoute(stationPath(ID)), { page: 'station', id: ID })
  t.same(parseRoute(contactPath(ID)), { page: 'contact', id: ID })
})

t.test('an address that is not ours is unknown', async (t) => {
  for (const path of [
    '/x',
    '/stations',
    '/stations/',
    '/stations/UPPER',
    `/stations/${ID}/x`,
    '/stations/../audit',
    '/satellites/0x1',
    `/satellites/${ID}`,
    '/__proto__',
  ])
    t.same(parseRoute(path), { page: 'unknown' }, path)
})

t.test('A18: a secret is read from a fragment of its form alone', async (t) => {
  t.equal(fragmentSecret(`#${'s'.repeat(43)}`), 's'.repeat(43))
  for (const hash of ['', '#', '#short', '#has space in it', `#${'s'.repeat(101)}`, '#<script>alert'])
    t.equal(fragmentSecret(hash), null, hash)
})

t.test('A18: the pages behind secret links take the fragment out of the address bar', async (t) => {
  t.ok(takesSecret(parseRoute('/sign-in')))
  t.ok(takesSecret(parseRoute('/enroll')))
  t.ok(takesSecret(parseRoute('/device')))
  t.notOk(takesSecret(parseRoute('/')))
})
