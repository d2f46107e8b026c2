import t from 'tap'
import { readConfig } from '../../../core/config.js'
import { newId } from '../../../core/crypto/ids.js'
import { fleetWorld } from './world.js'

const INVALID = { code: 'enrollment_token_invalid' }

t.test(
  'E2: a token for several is used so often and no more, and each machine waits for a person',
  async (t) => {
    const world = await fleetWorld(t)
    Object.assign(world.context, { config: readConfig({ TALOS_ENROLLMENT_ALLOW_MULTI_USE: '1' }) })
    const { enrollment, tokens, states } = world.fleet
    const { id, text, created } = await world.token({ name: 'Booth', maxUses: 3 })
    t.match(created.item, { maxUses: 3, uses: 0, preApproved: false })
    const requests = Array.from({ length: 12 }, () => world.request(text, { name: 'raspberry' }))
    const ends = await Promise.allSettled(requests.map((request) => enrollment.redeem(request, world.agent)))
    const won = ends.flatMap((end, at) => (end.status === 'fulfilled' ? [{ answer: end.value, at }] : []))
    t.equal(won.length, 3)
    for (const end of ends) if (end.status === 'rejected') t.match(end.reason, INVALID)
    t.ok(won.every(({ answer }) => answer.status === 'pending'))
    t.equal(await world.prisma.stationKey.count(), 0, 'B14')
    const token = await tokens.get(world.acme, id)
    t.match(token, { state: 'consumed', uses: 3 })
    t.equal(new Set(token.stationIds).size, 3, 'E33')
    await t.rejects(tokens.revoke(world.person(), id), { code: 'conflict' })

    const [first] = won
    const request = requests[first?.at ?? 0]
    if (first === undefined || request === undefined) return t.fail('nobody has won')
    const again = await enrollment.redeem(request, world.agent)
    t.equal(
      again.status === 'pending' && again.stationId,
      first.answer.status === 'pending' && first.answer.stationId,
    )
    t.equal((await tokens.get(world.acme, id)).uses, 3, 'E29: a repeat is no use')
    if (again.status !== 'pending') return t.fail('it is in already')
    await states.approve(world.person(), again.stationId)
    t.match(await enrollment.poll(again.enrollmentId, again.pollSecret, world.agent), { status: 'approved' })
  },
)

t.test(
  'E2, E29: one agent that asks ten times at once takes one use; a revoked token takes no more',
  async (t) => {
    const world = await fleetWorld(t)
    Object.assign(world.context, { config: readConfig({ TALOS_ENROLLMENT_ALLOW_MULTI_USE: '1' }) })
    const { enrollment, tokens } = world.fleet
    const { id, text } = await world.token({ maxUses: 5 })
    const request = { ...world.request(text), nonce: newId(world.context.random) }
    await Promise.all(Array.from({ length: 10 }, () => enrollment.redeem(request, world.agent)))
    t.match(await tokens.get(world.acme, id), { state: 'active', uses: 1 })
    t.equal(await world.prisma.station.count(), 1)
    t.equal((await tokens.revoke(world.person(), id)).state, 'revoked')
    await t.rejects(enrollment.redeem(world.request(text), world.agent), INVALID)
  },
)

t.test('E2: without the setting of the server there is no such token', async (t) => {
  const world = await fleetWorld(t)
  await t.rejects(world.token({ maxUses: 2 }), { code: 'invalid_request', detail: /maxUses/ })
  t.equal(await world.prisma.enrollmentToken.count(), 0)
})
