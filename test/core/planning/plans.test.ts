import t from 'tap'
import { sha256 } from '../../../core/crypto/secrets.js'
import { KEPT_AFTER_LOS_MS } from '../../../core/planning/plans.js'
import { verifyPlan } from '../../../shared/signed.js'
import { DAY, iso, MINUTE } from '../../../shared/time.js'
import { planFor, T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { plans } = world.planning
t.beforeEach(() => {
  world.now = T0
})
const verify = (jws: string) => verifyPlan(jws, world.context.signingKeys.publicKeys())

t.test('A plan is signed for its station, numbered, kept, and dies a day after LOS', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const signed = await world.sign(stage, contact)
  t.match(signed, { contactId: contact.id, seq: 1, hash: sha256(signed.jws).toString('hex') })
  t.match(await verify(signed.jws), {
    iss: 'talos-core',
    aud: stage.stationId,
    seq: 1,
    op: 'plan',
    iat: T0 / 1000,
    exp: (Date.parse(contact.los) + DAY) / 1000,
    plan: { contactId: contact.id, az: planFor(contact, stage.omm).az },
  })
  t.same(await plans.newest(stage.org.id, contact.id), signed)
  t.match(world.announced.at(-1), { id: contact.id, state: 'scheduled', planSeq: 1, planHash: signed.hash })
})

t.test('D7: each signed plan is in the audit trail with campaign and user', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { hash } = await world.sign(stage, contact)
  t.match(await world.trail(contact.id), [
    {
      action: 'plan.sign',
      actorId: 'svc_director',
      detail: { campaign: stage.campaignId, campaignName: 'Weather', user: 'ada', seq: 1, hash },
    },
  ])
})

t.test('A newer plan has a higher number, and what was uploaded is to be uploaded again', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { hash } = await world.sign(stage, contact)
  await world.hear(stage, world.ack(contact.id, { hash }))
  t.match(await world.state(contact.id), { state: 'uploaded' })
  t.match(await world.sign(stage, contact, { onEnd: 'park' }), { seq: 2 })
  t.match(await world.state(contact.id), { state: 'scheduled', cause: 'a newer plan was signed' })
})

t.test('Of two plans signed at once one is the newest, and nobody gets the same number', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => world.sign(stage, contact)))
  const numbers = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value.seq] : []))
  t.equal(new Set(numbers).size, numbers.length)
  for (const result of results)
    if (result.status === 'rejected') t.match(result.reason, { code: 'contact_state' })
  t.equal((await plans.newest(stage.org.id, contact.id)).seq, Math.max(...numbers))
})

t.test('D3, D8: only for an approved station that has told its mount', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const set = (data: object) => world.prisma.station.update({ where: { id: stage.stationId }, data })
  await set({ status: 'revoked' })
  await t.rejects(world.sign(stage, contact), { code: 'station_state' })
  await set({ status: 'approved', mount: {} })
  await t.rejects(world.sign(stage, contact), { code: 'station_state', detail: /mount/ })
})

t.test('Not for a contact that runs, has ended, is over or is of another organisation', async (t) => {
  const stage = await world.stage()
  const rival = await world.stage()
  const contact = await world.booked(stage)
  const other = { ...rival, omm: stage.omm }
  await t.rejects(world.sign(other, contact), { code: 'not_found' })
  const { hash } = await world.sign(stage, contact)
  world.now = Date.parse(contact.los)
  await t.rejects(world.sign(stage, contact), { code: 'contact_state', detail: /over/ })
  world.now = T0
  await world.hear(stage, { state: [{ contactId: contact.id, seq: 1, hash, phase: 'prepass' }] })
  await t.rejects(world.sign(stage, contact), { code: 'contact_state', detail: /prepass/ })
  await world.planning.contacts.cancel(stage.person, contact.id, 'no')
  await t.rejects(world.sign(stage, contact), { code: 'contact_state', detail: /cancelled/ })
  await t.rejects(plans.newest(stage.org.id, contact.id), { code: 'contact_state' })
})

t.test('A plan that breaks a rule is not signed, and the contact is as before', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  await t.rejects(world.sign(stage, contact, { prepassAz: 500 }), { code: 'plan_invalid' })
  await t.rejects(world.sign(stage, contact, { aos: iso(T0) }), { code: 'schedule_outdated' })
  await t.rejects(plans.newest(stage.org.id, contact.id), { code: 'not_found' })
  t.same(await world.trail(contact.id), [])
})

t.test('An ended contact is withdrawn by a signed order of a higher number', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  await t.rejects(plans.withdraw(stage.director, contact.id), { code: 'contact_state' })
  await world.sign(stage, contact)
  await t.rejects(plans.withdraw(stage.director, contact.id), {
    code: 'contact_state',
    detail: /still to be done/,
  })
  await world.planning.contacts.cancel(stage.person, contact.id, 'no')
  const { jws } = await plans.withdraw(stage.director, contact.id)
  t.match(await verify(jws), { op: 'withdraw', aud: stage.stationId, contactId: contact.id, seq: 2 })
  const again = await plans.withdraw(stage.director, contact.id)
  t.match(await verify(again.jws), { seq: 3 })
  const both = await Promise.all([1, 2].map(() => plans.withdraw(stage.director, contact.id)))
  const numbers = await Promise.all(both.map(async ({ jws }) => (await verify(jws)).seq))
  t.same(numbers.sort(), [4, 5], 'two at once take a number each')
  const rival = await world.stage()
  await t.rejects(plans.withdraw(rival.director, contact.id), { code: 'not_found' })
})

t.test(
  'A plan that the pass has moved away from can be withdrawn, and the next is newer still',
  async (t) => {
    const stage = await world.stage()
    const contact = await world.booked(stage)
    await world.sign(stage, contact)
    const { contacts } = await world.put(stage, [
      world.wish(stage, 30, { aos: iso(T0 + 30 * MINUTE + 5000) }),
    ])
    const { jws } = await plans.withdraw(stage.director, contact.id)
    t.match(await verify(jws), { op: 'withdraw', seq: 2 })
    const [moved] = contacts
    if (moved === undefined) return t.fail('the contact is gone')
    t.match(await world.sign(stage, moved), { seq: 3 })
  },
)

t.test('The text of a plan is forgotten a month after its contact ended; its hash is not', async (t) => {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { hash } = await world.sign(stage, contact)
  const row = () => world.prisma.contact.findUniqueOrThrow({ where: { id: contact.id } })
  world.now = Date.parse(contact.los) + KEPT_AFTER_LOS_MS + 1
  await plans.prune()
  t.ok((await row()).planJws, 'not while it is open')
  await world.planning.contacts.cancel(stage.person, contact.id, 'no')
  const { updatedAt } = await row()
  t.ok((await plans.prune()) >= 1)
  t.match(await row(), { planJws: null, planHash: hash, updatedAt })
})
