import t from 'tap'
import { verifyPlan } from '../../../shared/signed.js'
import { topics } from '../../../shared/topics.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { callOff } = world.planning
t.beforeEach(() => {
  world.now = T0
  world.published.length = 0
  world.online.clear()
})

t.test(
  'A station that is there is told at once, signed, to forget a contact that is called off',
  async (t) => {
    const stage = await world.stage()
    const contact = await world.booked(stage)
    await world.sign(stage, contact)
    world.online.add(stage.stationId)
    t.match(await callOff.cancel(stage.person, contact.id, 'wind'), { state: 'cancelled', cause: 'wind' })
    const [message, ...more] = world.published
    t.same(more, [])
    t.equal(message?.topic, topics.plan(stage.org.slug, stage.stationId, contact.id))
    t.match(await verifyPlan(message?.payload ?? '', await world.context.signingKeys.publicKeys()), {
      op: 'withdraw',
      aud: stage.stationId,
      contactId: contact.id,
      seq: 2,
    })
  },
)

t.test('Nothing is said to a station that is not there, or that never had a plan', async (t) => {
  const stage = await world.stage()
  const planned = await world.booked(stage)
  await world.sign(stage, planned)
  t.match(await callOff.cancel(stage.person, planned.id, 'wind'), { state: 'cancelled' })
  const other = await world.stage()
  const bare = await world.booked(other)
  world.online.add(other.stationId)
  t.match(await callOff.cancel(other.person, bare.id, 'wind'), { state: 'cancelled' })
  t.same(world.published, [])
})
