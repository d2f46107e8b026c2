import { decodeJwt } from 'jose'
import t from 'tap'
import type { ErrorCode } from '../../../shared/errors.js'
import type { PlanPhase } from '../../../shared/messages.js'
import { T0 } from './fixtures.js'
import { planningWorld, type Stage } from './world.js'

const world = await planningWorld(t)
t.beforeEach(() => {
  world.now = T0
  world.announced.length = 0
})

async function signed() {
  const stage = await world.stage()
  const contact = await world.booked(stage)
  const { hash, jws } = await world.sign(stage, contact)
  const { jti = '' } = decodeJwt(jws)
  const refused = (code: ErrorCode, of = jti) => world.ack(contact.id, { jti: of, result: 'rejected', code })
  const held = (phase: PlanPhase, of = hash) => ({
    state: [{ contactId: contact.id, seq: 1, hash: of, phase }],
  })
  const say = (said: Parameters<typeof world.hear>[1], from: Stage = stage) => world.hear(from, said)
  const state = async () => (await world.state(contact.id)).state
  return { stage, contact, id: contact.id, hash, held, refused, say, state }
}

t.test('A contact follows its station from the ack of the plan to the receipt', async (t) => {
  const { id, stage, hash, held, say } = await signed()
  await say(world.ack(id, { hash }))
  await say(held('stored'))
  await say(held('prepass'))
  await say(held('tracking'))
  await say(held('done'))
  await say(world.receipt(id))
  t.same(await world.history(id), ['proposed', 'scheduled', 'uploaded', 'prepass', 'tracking', 'completed'])
  t.match(await world.state(id), { cause: 'on target for 590 s', actor: stage.stationId })
  const states = world.announced.map((c) => c.state)
  t.same(states.slice(-4), ['uploaded', 'prepass', 'tracking', 'completed'])
})

t.test('D9: any order and any repetition end the same', async (t) => {
  const { id, hash, held, say, state } = await signed()
  await say(held('tracking'))
  await say(world.ack(id, { hash }))
  await say(held('prepass'))
  t.equal(await state(), 'tracking', 'nothing goes back')
  await say(world.receipt(id, { outcome: 'partial' }))
  await say(world.receipt(id, { outcome: 'failed' }))
  await say(held('tracking'))
  t.same(await world.history(id), ['proposed', 'scheduled', 'tracking', 'partial'])
  const { receipt } = await world.planning.contacts.get((await org(id)).orgId, id)
  t.equal(receipt?.outcome, 'partial', 'a receipt is stored once')
})

t.test('That a station holds the plan proves an ack that was missed', async (t) => {
  const { held, say, state } = await signed()
  await say(held('stored'))
  t.equal(await state(), 'uploaded')
})

t.test('Words about an older plan change nothing', async (t) => {
  const { id, held, refused, say, state } = await signed()
  const old = 'f'.repeat(64)
  await say(world.ack(id, { hash: old }))
  await say(held('stored', old))
  await say(held('tracking', old))
  await say(world.ack(id))
  await say(refused('keep_out', 'message-of-old'))
  t.equal(await state(), 'scheduled')
})

t.test('Core was down during the whole pass: the receipt alone ends the contact', async (t) => {
  const { id, contact, say } = await signed()
  await world.planning.progress.stop()
  await say('offline')
  world.now = Date.parse(contact.los) + 60_000
  await world.restart()
  await world.planning.sweep.run()
  t.match(await world.state(id), { state: 'scheduled' }, 'a signed plan may be out there')
  await say(world.receipt(id))
  t.same(await world.history(id), ['proposed', 'scheduled', 'completed'])
  await say(world.receipt(id))
  t.same(await world.history(id), ['proposed', 'scheduled', 'completed'])
})

t.test('A receipt that comes after the end is kept as evidence and changes nothing else', async (t) => {
  const { id, stage, contact, held, say } = await signed()
  await say(held('tracking'))
  world.now = Date.parse(contact.los) + 86_400_000
  await world.planning.sweep.run()
  t.match(await world.state(id), { state: 'failed_station', cause: 'receipt_missing' })
  world.announced.length = 0
  await say(world.receipt(id))
  t.match(await world.planning.contacts.get(stage.org.id, id), {
    state: 'failed_station',
    cause: 'receipt_missing',
    receipt: { outcome: 'completed' },
  })
  t.equal(world.announced.length, 1)
})

t.test('A receipt for a plan that was never signed is ignored', async (t) => {
  const stage = await world.stage()
  const { id } = await world.booked(stage)
  await world.hear(stage, world.receipt(id))
  t.match(await world.state(id), { state: 'scheduled' })
  const other = await signed()
  await other.say(world.receipt(other.id, { seq: 2 }))
  t.equal(await other.state(), 'scheduled')
})

t.test('A plan that the station can never do ends the contact with its code', async (t) => {
  const { id, refused, say } = await signed()
  await say(refused('keep_out'))
  t.match(await world.state(id), { state: 'failed_station', cause: 'keep_out' })
})

t.test('A plan that the station cannot take now is tried again, and people see why', async (t) => {
  const { id, hash, refused, say } = await signed()
  world.announced.length = 0
  const full = refused('plan_store_full')
  await say(full)
  await say(full)
  t.match(await world.state(id), { state: 'scheduled', cause: 'plan_store_full' })
  t.equal(world.announced.length, 1, 'a repeat is no news')
  await say(world.ack(id, { hash }))
  await say(full)
  t.same(await world.history(id), ['proposed', 'scheduled', 'uploaded', 'scheduled'])
})

t.test('B12: a word of another station about a contact is ignored and in the audit trail', async (t) => {
  const { id, hash, held, say, state } = await signed()
  const rival = await world.stage()
  await say(world.ack(id, { hash }), rival)
  await say(world.receipt(id), rival)
  await say(held('tracking'), rival)
  t.equal(await state(), 'scheduled')
  t.equal((await org(id)).receiptAt, null)
  const refused = (await world.trail(id)).filter((row) => row.action === 'broker.refuse')
  t.ok(refused.length > 0)
  t.match(refused[0], { actorId: rival.stationId, outcome: 'denied' })
})

t.test('Words about unknown contacts are harmless', async (t) => {
  const { held, say } = await signed()
  await say(world.ack('no-such-contact', { hash: 'a'.repeat(64) }))
  await say(world.receipt('no-such-contact'))
  await say({ state: [{ ...held('tracking').state[0], contactId: 'no-such-contact' } as never] })
  t.same(world.errors, [])
})

const org = (id: string) =>
  world.prisma.contact.findUniqueOrThrow({ where: { id }, select: { orgId: true, receiptAt: true } })
