import t from 'tap'
import { actorText, shortId } from '../../core/dashboard/logic/actor-text.js'
import { ID, OTHER_ID } from './samples.js'

const known = { me: ID, nameOf: (id: string) => (id === OTHER_ID ? 'Athens' : undefined) }

t.test('actors are told by name where there is one', async (t) => {
  t.same(
    ['svc_director', ID, OTHER_ID, 'anonymous', 'contact-sweep'].map((a) => actorText(a, known)),
    ['the director', 'you', 'Athens', 'somebody not signed in', 'contact-sweep'],
  )
  t.equal(actorText('d'.repeat(32), known), 'dddddddd')
})

t.test('short ids stay whole', async (t) => {
  t.equal(shortId('nora@example.org'), 'nora@example.org')
})
