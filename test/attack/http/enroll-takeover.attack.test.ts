/** Whoever may hand out tokens but let nobody in, another organisation's ids, and clocks that are set back (R1, R11, E17, E20). */
import { randomUUID } from 'node:crypto'
import t from 'tap'
import { MINUTE } from '../../../shared/time.js'
import type { ApiClient } from '../../support/client.js'
import { ORG, testCore } from '../../support/core.js'
import { knock } from '../../support/knock.js'
import { MOUNT } from '../../support/mounts.js'
import { signedIn } from '../../support/people.js'

t.setTimeout(120_000)
const core = await testCore(t)
const { owner, prisma } = core
const TOKENS = `/orgs/${ORG}/enrollment-tokens`

const issue = async (who: ApiClient, body: object) => {
  const { status, body: made } = await who.api('POST', TOKENS, { name: 'Svalbard', ...body })
  t.equal(status, 201)
  return new URL(made.enrollUrl).hash.slice(1)
}
const redeem = (token: string) =>
  core.browser().api('POST', '/enroll', {
    ...{ token, nonce: randomUUID(), mount: MOUNT },
    agent: { version: '1', hostname: 'pi', platform: 'linux' },
  })
const station = async (name: string) =>
  (await owner.api('POST', `/orgs/${ORG}/stations`, { name })).body.id as string
const program = async (permissions: string[]) => {
  const { body } = await owner.api('POST', '/auth/api-tokens', { name: 'narrow', permissions })
  return core.program(body.token)
}

t.test('R11: who may not let stations in gives no approved place to another machine', async (t) => {
  const stationId = await station('Seat')
  const first = await redeem(await issue(owner, { stationId }))
  t.equal(first.body.status, 'approved')
  const narrow = await program(['manage_enrollment_tokens'])
  const second = await redeem(await issue(narrow, { stationId, preApproved: false, confirm: true }))
  t.equal(second.body.status, 'pending', 'a person looks at it first')
  t.equal(await prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 0)
  t.equal((await prisma.station.findUniqueOrThrow({ where: { id: stationId } })).status, 'pending')
  t.equal((await owner.api('POST', `/orgs/${ORG}/stations/${stationId}/approve`, {})).status, 200)
  const { enrollmentId, pollSecret } = second.body
  const polled = await core.program(pollSecret).api('GET', `/enroll/${enrollmentId}`)
  t.equal(polled.body.status, 'approved')
})

t.test(
  'E20: a token of a station whose agent has connected meanwhile makes no second machine of it',
  async (t) => {
    const stationId = await station('Lived in')
    const { body } = await redeem(await issue(owner, { stationId }))
    // As after the week in which a first agent may repeat itself.
    await prisma.enrollment.updateMany({
      where: { stationId },
      data: { expiresAt: new Date(core.clock.now()) },
    })
    const second = await issue(owner, { stationId })
    const { mqttUrl, key } = body.grant
    const lives = await knock(mqttUrl, stationId, key)
    t.not((await redeem(second)).status, lives === 0 ? 200 : 403, 'one of the two, and not both')
  },
)

t.test('R1: how a station of another organisation stands shows nowhere', async (t) => {
  const stationId = await station('Ours')
  t.equal((await redeem(await issue(owner, { stationId }))).body.status, 'approved')
  const { client: other } = await signedIn(core, 'rival', { rival: 'owner' })
  for (const credential of ['certificate', 'key', 'either']) {
    const answer = await other.api('PATCH', `/orgs/rival/stations/${stationId}`, { credential })
    t.match(answer, { status: 404, body: { code: 'not_found' } }, credential)
  }
})

t.test('E20 E30: a clock that was set back leaves no key alive beside the one that follows it', async (t) => {
  const { body } = await redeem(await issue(owner, {}))
  const { stationId, mqttUrl, key } = body.grant
  t.equal(await knock(mqttUrl, stationId, key), 0)
  // That of the wall alone; nothing sets back the one that measures.
  const { clock } = core
  const now = clock.now.bind(clock)
  clock.now = () => now() - 2 * MINUTE
  t.teardown(() => {
    clock.now = now
  })
  const next = await core.program(key).api('POST', '/station/key', {})
  t.equal(next.status, 201)
  t.equal(await knock(mqttUrl, stationId, next.body.key), 0)
  t.equal(await knock(mqttUrl, stationId, key), 4, 'the former has ended')
  t.equal(await prisma.stationKey.count({ where: { stationId, revokedAt: null } }), 1)
})

t.test('nothing but what people say of a station can be set by PATCH', async (t) => {
  const id = await station('Plain')
  for (const extra of [
    ...[
      { status: 'approved' },
      { approvedAt: null },
      { fingerprint: 'a' },
      { orgId: 'x' },
      { lockedAt: null },
    ],
    ...[{ rotateAskedAt: null }, { revokedAt: null }, { enrollment: 'none' }, { credential: 'none' }],
    ...[{ capabilities: ['sdr'] }, { capabilities: 'rig' }],
  ])
    t.equal(
      (await owner.api('PATCH', `/orgs/${ORG}/stations/${id}`, extra)).status,
      400,
      JSON.stringify(extra),
    )
})
