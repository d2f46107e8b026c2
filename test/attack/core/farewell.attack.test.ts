/** A person calls a pass off and takes the station away in one breath, before the director could withdraw the plan. */
import t from 'tap'
import { type PlanMessage, verifyPlan } from '../../../shared/signed.js'
import { topics } from '../../../shared/topics.js'
import { fleetWorld } from '../../core/fleet/world.js'

t.test('E18: a plan that was called off and not yet withdrawn does not outlive its station', async (t) => {
  const world = await fleetWorld(t)
  const station = await world.connected()
  const { stationId, org, signingKeys } = station.grant
  const plans: Promise<PlanMessage>[] = []
  station.client.on('message', (topic, payload) => {
    if (topic.includes('/plan/')) plans.push(verifyPlan(payload.toString(), signingKeys))
  })
  await station.client.subscribeAsync(topics.plan(org, stationId, '#'))
  const contact = (id: string, state: string, inMs: number) =>
    world.prisma.contact.create({
      data: {
        ...{ id, orgId: world.acme.id, stationId, state, cause: 'weather', actor: 'user-1111' },
        ...{ satelliteId: '25544', satelliteName: 'ISS', priority: 5, aosAz: 0, losAz: 90, maxEl: 40 },
        ...{ elementsHash: 'a'.repeat(64), elementsEpoch: new Date(), planSeq: 7 },
        ...{ aos: new Date(Date.now() + inMs), tca: new Date(Date.now() + inMs + 1000) },
        los: new Date(Date.now() + inMs + 2000),
      },
    })
  await contact('contact-called-off', 'cancelled', 1e6)
  await contact('contact-running', 'tracking', -1000)
  await contact('contact-of-old', 'completed', -1e7)
  await world.fleet.states.revoke(world.person(), stationId, 'Svalbard')
  await station.closed
  const said = (await Promise.all(plans)).map((p) => (p.op === 'withdraw' ? `${p.contactId} ${p.seq}` : p.op))
  t.same(said, ['contact-running 8', 'contact-called-off 8'])
})
