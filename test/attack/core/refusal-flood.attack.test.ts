import t from 'tap'
import { newId } from '../../../core/crypto/ids.js'
import { newSecret } from '../../../core/crypto/secrets.js'
import { MINUTE } from '../../../shared/time.js'
import { ORG, testCore } from '../../support/core.js'
import { testDatabase } from '../../support/database.js'
import { publishPacket, RawClient } from '../../support/raw-mqtt.js'

t.setTimeout(120_000)

const CONNECTS = 3000
const AT_ONCE = 100

t.test('B24: a flood of refusals is a few rows, and the rows account for all of it', async (t) => {
  const database = await testDatabase(t)
  const core = await testCore(t, { databaseUrl: database.url })
  const port = Number(new URL(core.mqttUrl).port)
  const { random } = core.context
  const org = await core.prisma.org.findUniqueOrThrow({ where: { slug: ORG } })
  const id = newId(random)
  const { keyId, hash, text } = newSecret('gsk', random)
  await core.prisma.station.create({ data: { id, orgId: org.id, name: 'Tromso', status: 'approved' } })
  await core.prisma.stationKey.create({ data: { id: newId(random), keyId, secretHash: hash, stationId: id } })

  /** Connects and says it; the code of the CONNACK. */
  const knock = async (name: string, password: string, ...packets: Buffer[]) => {
    const client = await RawClient.open(port)
    const code = await client.connect({ clientId: name, username: name, password })
    if (code === 0) {
      client.send(...packets)
      await client.closed
    }
    client.end()
    return code
  }
  let refused = 0
  for (let i = 0; i < CONNECTS; i += AT_ONCE) {
    const codes = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => knock(`station-none-${i + n}`, `gsk_${i + n}_x`)),
    )
    refused += codes.filter((code) => code !== null && code !== 0).length
  }
  t.equal(refused, CONNECTS)
  const forged = `talos/${ORG}/gs/${id}/state\n{"action":"station.approve"}\u202e`
  t.equal(await knock(id, text, publishPacket(forged, '{}')), 0, 'the station is let in meanwhile')
  const { body } = await core.owner.api('GET', '/health/broker')
  t.ok(body.recent.refused.connect.bad_credentials > 0)

  core.clock.aheadMs += MINUTE
  await core.core.stop()
  const rows = await database.prisma.auditEvent.findMany({ where: { action: 'broker.refuse' } })
  t.ok(rows.length <= 20, `${rows.length} rows`)
  const counted = rows.reduce((sum, { detail }) => sum + 1 + (detail as { left_out: number }).left_out, 0)
  t.equal(counted, CONNECTS + 1)
  const said = rows.find(({ targetKind }) => targetKind === 'publish')
  t.match(said, {
    actorKind: 'station',
    actorId: id,
    orgId: org.id,
    targetId: 'publish_denied',
    outcome: 'denied',
  })
  t.match(
    said?.detail,
    { topic: `talos/${ORG}/gs/${id}/state\\n{\\"action\\":\\"station.approve\\"}\\u202e` },
    'P15: it forges nothing',
  )
})
