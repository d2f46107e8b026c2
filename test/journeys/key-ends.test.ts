import t, { type Test } from 'tap'
import type { StationGrant } from '../../shared/api/fleet.js'
import type { ApiClient } from '../support/client.js'
import { type BareCore, bareCore, ORG, testCore } from '../support/core.js'
import { dashboardOf } from './bus-watch.js'
import { EXIT, type Login, publish, subscribe, withoutMosquitto, withoutPaho } from './debian-mqtt.js'
import { issueToken, join, redeem } from './joined.js'
import { paho, type Way } from './paho-peer.js'
import { info, rot } from './station-messages.js'

t.setTimeout(120_000)
const skip = withoutMosquitto()

/** B18. */
const CUT_MS = 1000

const portOf = ({ mqttUrl }: BareCore) => Number(new URL(mqttUrl).port)
const at = ({ org, stationId }: StationGrant, end: string) => `talos/${org}/gs/${stationId}/${end}`
const loginTo = (core: BareCore, { stationId, key }: StationGrant): Login => ({
  ...{ port: portOf(core), clientId: stationId, username: stationId, password: key },
})

/** What mosquitto_pub says of a telemetry with this grant: 0, or why it was not let in. */
async function knock(t: Test, core: BareCore, grant: StationGrant): Promise<number | null> {
  return (await publish(t, loginTo(core, grant), at(grant, 'telemetry/rot'), rot(1))).code
}

const revoke = (person: ApiClient, { org, stationId }: StationGrant, name: string) =>
  person.api('POST', `/orgs/${org}/stations/${stationId}/revoke`, { name })

/** Stops core and starts another one on the same data. */
async function restart(t: Test, { core, databaseUrl, dataDir }: BareCore): Promise<BareCore> {
  await core.stop()
  return await bareCore(t, { databaseUrl, dataDir })
}

t.test(
  'An agent in another language hears a command, accepts it, and is cut when revoked (B18)',
  { skip: withoutPaho() },
  async (t) => {
    const core = await testCore(t)
    const grant = await join(core, core.owner, 'Paho', ORG)
    const { org, stationId: station, key } = grant
    const way: Way = { transport: 'tcp', port: portOf(core), ca: null }
    const agent = paho(t, way, {
      ...{ username: station, password: key, clientId: station },
      subscribe: [
        [at(grant, 'cmd/#'), 0],
        [at(grant, 'plan/#'), 1],
        ['talos/system/refresh', 1],
      ],
    })
    await agent.until('"granted": [0, 1, 1]')
    const answer = await core.owner.api('POST', `/orgs/${org}/stations/${station}/commands`, {
      op: 'move',
      args: { az: 10, el: 20 },
    })
    t.match(answer, { status: 200, body: { op: 'move', result: 'accepted' } })
    const revoked = await revoke(core.owner, grant, 'Paho')
    const answered = performance.now()
    t.match(revoked, { status: 200, body: { status: 'revoked', online: false } })
    await agent.until('"disconnected"')
    const ms = performance.now() - answered
    t.ok(ms < CUT_MS, `closed ${ms.toFixed(0)} ms after the answer`)
  },
)

t.test('E18 E19: revoking one station ends its key for ever, and touches no other', { skip }, async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const grant = await join(core, owner, 'Revoked', ORG)
  const neighbour = await join(core, owner, 'Neighbour', ORG)
  t.equal((await publish(t, loginTo(core, grant), at(grant, 'info'), info(), ['-r'])).code, EXIT.ok)
  const sub = subscribe(t, loginTo(core, grant), [at(grant, 'cmd/#')])
  const other = subscribe(t, loginTo(core, neighbour), [at(neighbour, 'cmd/#'), 'talos/system/refresh'])
  await Promise.all([sub.until('Subscribed'), other.until('Subscribed')])
  const dashboard = await dashboardOf(t, core, owner, ORG)
  await dashboard.until(({ topic }) => topic === at(grant, 'info'))

  t.equal((await revoke(owner, grant, 'Neighbour')).status, 409, 'W5: not with the name of another')
  t.equal((await revoke(owner, grant, 'Revoked')).status, 200)
  const { code, stderr } = await sub.ended
  t.equal(code, EXIT.notAuthorized, `mosquitto_sub tried to come back: ${stderr}`)
  t.equal(await knock(t, core, grant), EXIT.notAuthorized)
  const late = await dashboardOf(t, core, owner, ORG)
  await join(core, owner, 'Another', ORG)
  await other.until('\ntalos/system/refresh ')
  t.equal(other.child.exitCode, null, 'the neighbour is still connected')
  t.notOk(late.topics.includes(at(grant, 'info')), 'E18: nothing of it is retained')
  other.child.kill()
  await other.ended

  const again = await restart(t, core)
  t.equal(await knock(t, again, grant), EXIT.notAuthorized, 'after core has restarted')
  t.equal(await knock(t, again, neighbour), EXIT.ok)
})

t.test('B14 E15: a station that waits, or was turned away, has no way in', { skip }, async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const waiting = async (name: string) => {
    const token = await issueToken(owner, ORG, { name, preApproved: false })
    const { body } = await redeem(core, token, name)
    t.match(body, { status: 'pending', grant: undefined })
    // All that it has: none of them is a key.
    for (const password of [body.pollSecret, token, body.enrollmentId]) {
      const { stationId } = body
      const login = { port: portOf(core), clientId: stationId, username: stationId, password }
      const { code } = await publish(t, login, `talos/${ORG}/gs/${stationId}/telemetry/rot`, rot(1))
      t.equal(code, EXIT.credentials)
    }
    return body
  }
  const poll = ({ enrollmentId, pollSecret }: { enrollmentId: string; pollSecret: string }) =>
    core.program(pollSecret).api('GET', `/enroll/${enrollmentId}`)

  const welcome = await waiting('Welcome')
  await owner.api('POST', `/orgs/${ORG}/stations/${welcome.stationId}/approve`)
  const delivered = await poll(welcome)
  t.match(delivered, { status: 200, body: { status: 'approved' } })
  t.equal(await knock(t, core, delivered.body.grant), EXIT.ok, 'approved, it comes in')

  const unwanted = await waiting('Unwanted')
  await owner.api('POST', `/orgs/${ORG}/stations/${unwanted.stationId}/reject`)
  t.match(await poll(unwanted), { status: 403, body: { code: 'enrollment_denied' } })
})
