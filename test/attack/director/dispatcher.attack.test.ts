/** Core breaks, a station lies: what was called off is taken from the antennas all the same. */
import t, { type Test } from 'tap'
import { Dispatcher } from '../../../director/dispatcher.js'
import { FleetView } from '../../../director/fleet-view.js'
import { SatelliteCatalogue } from '../../../director/satellites.js'
import { SignedPlans } from '../../../director/signed-plans.js'
import type { Contact } from '../../../shared/api/contacts.js'
import type { HeldPlan } from '../../../shared/messages.js'
import { HOUR, SECOND } from '../../../shared/time.js'
import { contact, HASH, NOW } from '../../director/fixtures.js'
import { TestClock } from '../../support/clock.js'
import { type Answer, type Asked, fakeCore, NOT_FOUND } from './fake-core.js'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }
const STATION = 'station-1'
const CALLED_OFF = contact('contact-off', { state: 'cancelled', planSeq: 1, planHash: HASH })
const held = (contactId: string): HeldPlan => ({ contactId, seq: 1, hash: HASH, phase: 'tracking' })

class FixedClock extends TestClock {
  override now(): number {
    return NOW + this.aheadMs
  }
}

async function world(
  t: Test,
  plans: readonly HeldPlan[],
  contacts: readonly Contact[],
  answer: (asked: Asked) => Answer,
) {
  const { core, asked } = await fakeCore(t, answer)
  const clock = new FixedClock()
  const sent: string[] = []
  const bus = {
    connected: true,
    publishPlan: async (_org: string, _station: string, contactId: string, jws: string) =>
      void sent.push(`${contactId} ${jws}`),
  }
  const view = new FleetView('main')
  const base = { ts: '2026-11-22T12:00:00.000Z', bootId: 'boot-0001', seq: 1 } as const
  view.setState(STATION, { ...base, link: 'online', state: 'idle', code: null, plans: [...plans] })
  view.setContacts(contacts)
  const options = { planLeadMs: 6 * HOUR }
  const dispatcher = new Dispatcher(
    ...([core, new SignedPlans(core), bus, new SatelliteCatalogue(core), options, clock, quiet] as const),
  )
  return { view, asked, sent, clock, look: () => dispatcher.dispatch(view, STATION) }
}

const withdrawing = ({ path }: Asked): Answer | null =>
  path.endsWith('/withdrawal') ? { contactId: 'contact-off', jws: 'withdrawn' } : null

t.test('a plan that core cannot give back holds up no withdrawal', async (t) => {
  const lost = contact('contact-lost', { planSeq: 3, planHash: HASH })
  for (const broken of [
    NOT_FOUND,
    { status: 500, text: '<html>' },
    { status: 200, text: 'null' },
    { contactId: 'contact-lost', seq: 3, hash: HASH, jws: 'no.plan.atall' },
    { contactId: 'contact-lost', seq: '3', hash: HASH, jws: [] },
  ]) {
    const { look, sent } = await world(
      t,
      [held('contact-off')],
      [lost, CALLED_OFF],
      (asked) => withdrawing(asked) ?? broken,
    )
    await look()
    t.same(sent, ['contact-off withdrawn'], JSON.stringify(broken))
  }
})

t.test('a withdrawal that core did not give is asked for again in seconds, not in a minute', async (t) => {
  let isBroken = true
  const { look, sent, clock } = await world(t, [held('contact-off')], [CALLED_OFF], (asked) =>
    isBroken ? { status: 503, text: '' } : (withdrawing(asked) ?? NOT_FOUND),
  )
  await look()
  isBroken = false
  t.same(sent, [])
  clock.aheadMs = 2 * SECOND
  await look()
  t.same(sent, ['contact-off withdrawn'])
})

t.test('a station that makes contacts up makes the director ask once a look', async (t) => {
  const made = Array.from({ length: 128 }, (_, i) => held(`contact-made-up-${i}`))
  const { look, asked, sent } = await world(
    t,
    [...made, held('contact-off')],
    [CALLED_OFF],
    (one) => withdrawing(one) ?? NOT_FOUND,
  )
  await look()
  t.equal(asked.filter(({ path }) => path.includes('made-up')).length, 1)
  t.same(sent, ['contact-off withdrawn'], 'and the true ones are seen to')
})

t.test('a station that claims the contact of another gets nothing of it', async (t) => {
  const foreign = contact('contact-foreign', { stationId: 'station-2', state: 'cancelled' })
  const { look, asked, sent } = await world(t, [held('contact-foreign')], [], () => ({
    ...foreign,
    events: [],
    receipt: null,
  }))
  await look()
  await look()
  t.equal(asked.length, 1, 'asked once a minute, not at each look')
  t.same(sent, [])
})
