import t from 'tap'
import { topics } from '../../shared/topics.js'
import { makePlan, ORG, STATION, startBench } from '../support/agent-bench.js'

t.test('a plan that the mount cannot run is refused when it comes, by the rule it breaks', async (t) => {
  const { core } = await startBench(t, {
    mount: {
      azMin: 0,
      azMax: 360,
      elMin: 5,
      elMax: 90,
      azRate: 6,
      elRate: 3,
      beamwidth: 20,
      parkAz: 180,
      parkEl: 45,
      keepOut: [{ azFrom: 100, azTo: 140, elBelow: 30 }],
    },
  })
  const later = { inS: 600, lengthS: 5, prepassInS: 500 }
  const codeOf = async (shape: Parameters<typeof makePlan>[0]) =>
    (await core.ack((await core.plan(makePlan(shape))).jti)).code
  t.equal(await codeOf({ ...later, az: (s) => 357 + s }), 'out_of_limits')
  t.equal(await codeOf({ ...later, el: () => 4 }), 'out_of_limits')
  t.equal(await codeOf({ ...later, az: (s) => 98 + s, el: () => 20 }), 'keep_out')
  t.equal(await codeOf({ ...later, az: (s) => 200 + 7 * s }), 'rate_exceeded')
  t.equal(await codeOf({ ...later, el: (s) => 40 + 4 * s }), 'rate_exceeded')
  t.equal(await codeOf({ ...later, inS: -100, prepassInS: -200 }), 'expired')
  t.equal(await codeOf({ ...later, prepassInS: 601 }), 'plan_invalid')
  t.equal(await codeOf(later), null)
  t.equal(await codeOf({ ...later, inS: 603 }), 'busy', 'two plans, one antenna: the earlier keeps it')
})

t.test(
  'the same plan again is accepted again; an older one and another under its number are not',
  async (t) => {
    const { core } = await startBench(t)
    const plan = makePlan({ inS: 600, lengthS: 5, prepassInS: 500 })
    const { jti, jws } = await core.plan(plan, { seq: 5 })
    const first = await core.ack(jti, 'accepted')
    const since = core.heard.length
    await core.publish(topics.plan(ORG, STATION, plan.contactId), jws)
    const again = await core.until((h) => h.topic.endsWith(jti), since)
    t.match(again.body, { result: 'accepted', hash: first.hash ?? '' })
    const codeOf = async (seq: number) => (await core.ack((await core.plan(plan, { seq })).jti)).code
    t.equal(await codeOf(4), 'out_of_sequence')
    t.equal(await codeOf(5), 'out_of_sequence')
    t.equal(await codeOf(6), null)
  },
)

t.test(
  'a withdrawn plan is gone, stays gone when it is played back, and may come again under a new number',
  async (t) => {
    const { core } = await startBench(t)
    const plan = makePlan({ inS: 600, lengthS: 5, prepassInS: 500 })
    const { jti, jws } = await core.plan(plan, { seq: 1 })
    await core.ack(jti, 'accepted')
    t.equal((await core.ack(await core.withdraw(plan.contactId, 0))).code, 'out_of_sequence')
    const withdrawn = await core.ack(await core.withdraw(plan.contactId, 2))
    t.match(withdrawn, { result: 'accepted', op: 'withdraw', contactId: plan.contactId })
    await core.until(
      (h) => h.topic.endsWith('/state') && (h.body['plans'] as unknown[]).length === 0,
      core.heard.length - 2,
    )
    await core.publish(topics.plan(ORG, STATION, plan.contactId), jws)
    t.equal((await core.ack(jti, 'rejected')).code, 'out_of_sequence')
    t.equal((await core.ack((await core.plan(plan, { seq: 3 })).jti)).code, null)
  },
)

t.test(
  'design 5: a plan with a bad signature, for another station or on a foreign topic is refused',
  async (t) => {
    const { core } = await startBench(t)
    const plan = makePlan({ inS: 600, lengthS: 5, prepassInS: 500 })
    t.equal((await core.ack((await core.plan(plan, { aud: 'station-00000002' })).jti)).code, 'wrong_audience')
    t.equal(
      (await core.ack((await core.plan(plan, { iat: Date.now() / 1000 - 99, lifeS: 9 })).jti)).code,
      'expired',
    )
    const { jws, jti } = await core.plan(plan)
    await core.ack(jti, 'accepted')
    const since = core.heard.length
    await core.publish(topics.plan(ORG, STATION, 'contact-of-another'), jws)
    t.match((await core.until((h) => h.topic.endsWith(jti), since)).body, {
      result: 'rejected',
      code: 'malformed',
    })
    const command = await core.signed({ op: 'stop', args: {} })
    await core.publish(topics.plan(ORG, STATION, plan.contactId), command.jws)
    t.equal((await core.ack(command.jti)).code, 'signature_invalid', 'B17: a command is no plan')
  },
)
