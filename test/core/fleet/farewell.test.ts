import t from 'tap'
import type { PlanMessage } from '../../../shared/signed.js'
import { verifyPlan } from '../../../shared/signed.js'
import { topics } from '../../../shared/topics.js'
import { fleetWorld } from './world.js'

t.test(
  'E18: a revoked station is told, signed, to forget its plans and to stop, before it is cut',
  async (t) => {
    const world = await fleetWorld(t)
    const station = await world.connected()
    const { stationId, org, signingKeys } = station.grant
    const plans: Promise<PlanMessage>[] = []
    station.client.on('message', (topic, payload) => {
      if (topic.includes('/plan/')) plans.push(verifyPlan(payload.toString(), signingKeys))
    })
    await station.client.subscribeAsync(topics.plan(org, stationId, '#'))
    const soon = Date.now() + 1e6
    const contact = (id: string, planSeq: number | null) =>
      world.prisma.contact.create({
        data: {
          ...{
            id,
            orgId: world.acme.id,
            stationId,
            state: 'uploaded',
            cause: 'booked',
            actor: 'svc_director',
          },
          ...{
            satelliteId: '25544',
            satelliteName: 'ISS',
            priority: 5,
            aosAz: 0,
            losAz: 90,
            maxEl: 40,
            planSeq,
          },
          ...{ elementsHash: 'a'.repeat(64), elementsEpoch: new Date() },
          ...{ aos: new Date(soon), tca: new Date(soon + 1e5), los: new Date(soon + 2e5) },
        },
      })
    await contact('contact-planned', 3)
    await contact('contact-bare', null)

    const started = performance.now()
    await world.fleet.states.revoke(world.person(), stationId, 'Svalbard')
    await station.closed
    t.ok(performance.now() - started < 1000, 'B18: within a second all the same')
    t.match(
      station.heard.map((command) => command.op),
      ['stop'],
    )
    t.match(await Promise.all(plans), [
      { op: 'withdraw', contactId: 'contact-planned', seq: 4, aud: stationId },
    ])
  },
)

t.test('E18: a station that does not answer is cut within a second all the same', async (t) => {
  const world = await fleetWorld(t)
  const station = await world.connected(() => null)
  const started = performance.now()
  await world.fleet.states.revoke(world.person(), station.grant.stationId, 'Svalbard')
  await station.closed
  t.ok(performance.now() - started < 1000)
})
