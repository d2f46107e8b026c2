import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { ENDED_FILE } from '../../core/ended/no-revival.js'
import type { StationGrant } from '../../shared/api/fleet.js'
import type { ApiClient } from '../support/client.js'
import { type BareCore, bareCore, ORG, type TestCore, testCore } from '../support/core.js'
import { copyDatabase } from '../support/database.js'
import { knock as knockAt } from '../support/knock.js'
import { issueToken, join, redeem } from './joined.js'

t.setTimeout(120_000)

const knock = ({ mqttUrl }: BareCore, { stationId, key: own }: StationGrant, key = own) =>
  knockAt(mqttUrl, stationId, key)

const linesOf = (dataDir: string) =>
  readFileSync(path.join(dataDir, ENDED_FILE), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; id: string; until?: string })

/** The same browser, at a core that was started later. */
function asBefore(core: BareCore, { cookies }: ApiClient): ApiClient {
  const client = core.browser()
  for (const [name, value] of cookies) client.cookies.set(name, value)
  return client
}

async function revoke(core: TestCore, { stationId, name }: StationGrant) {
  return await core.owner.api('POST', `/orgs/${ORG}/stations/${stationId}/revoke`, { name })
}

t.test('E18 E19: what ended after a backup stays ended when the backup is restored', async (t) => {
  const before = await testCore(t)
  const { dataDir, databaseUrl, owner } = before
  const revoked = await join(before, owner, 'Revoked', ORG)
  const rotated = await join(before, owner, 'Rotated', ORG)
  const kept = await join(before, owner, 'Kept', ORG)
  const open = await issueToken(owner, ORG, { name: 'Revoked later' })
  const used = await issueToken(owner, ORG, { name: 'Used later' })
  const still = await issueToken(owner, ORG, { name: 'Still open' })
  const api = await owner.api('POST', '/auth/api-tokens', { name: 'robot' })
  for (const grant of [revoked, rotated, kept]) t.equal(await knock(before, grant), 0)
  await before.core.stop()
  const backup = await copyDatabase(t, databaseUrl)

  // What happens after the backup.
  const core = await bareCore(t, { dataDir, databaseUrl })
  const person = asBefore(core, owner)
  const next = await core.program(rotated.key).api('POST', '/station/key', {})
  t.equal(next.status, 201)
  t.equal(await knock(core, rotated, next.body.key), 0)
  t.equal((await revoke({ ...core, owner: person }, revoked)).status, 200)
  const late = await redeem(core, used, 'Late')
  t.equal(late.status, 200)
  const { body } = await person.api('GET', `/orgs/${ORG}/enrollment-tokens?search=Revoked`)
  t.equal((await person.api('DELETE', `/orgs/${ORG}/enrollment-tokens/${body.items[0].id}`)).status, 200)
  t.equal((await person.api('DELETE', `/auth/api-tokens/${api.body.item.id}`)).status, 200)
  t.equal((await person.api('POST', '/auth/logout')).status, 200)
  await core.core.stop()
  t.equal(statSync(path.join(dataDir, ENDED_FILE)).mode & 0o777, 0o600)
  t.notMatch(readFileSync(path.join(dataDir, ENDED_FILE), 'utf8'), /gs[kea]_/, 'it holds no secret')

  // The backup comes back, beside the data directory that has lived on.
  const restored = await bareCore(t, { dataDir, databaseUrl: backup })
  const alive = await restored.prisma.station.findUniqueOrThrow({ where: { id: revoked.stationId } })
  t.equal(alive.status, 'revoked')
  t.equal(await knock(restored, revoked), 5, 'the key of the revoked station')
  t.equal(await knock(restored, rotated), 4, 'the key that a newer one had followed')
  t.equal((await restored.program(revoked.key).api('GET', '/station')).status, 403)
  t.equal((await restored.program(rotated.key).api('GET', '/station')).status, 401)
  for (const token of [open, used])
    t.match(await redeem(restored, token, 'Thief'), {
      status: 403,
      body: { code: 'enrollment_token_invalid' },
    })
  t.equal((await restored.program(api.body.token).api('GET', '/auth/me')).status, 401, 'the API token')
  t.equal((await asBefore(restored, owner).api('GET', '/auth/me')).status, 401, 'the session')
  t.equal(await knock(restored, late.body.grant), 4, 'who joined after the backup is not known')
  t.equal(await knock(restored, kept), 0, 'what lived on, lives on')
  t.equal((await redeem(restored, still, 'New')).status, 200)
  const [row] = await restored.prisma.auditEvent.findMany({ where: { action: 'database.restored' } })
  t.match(row, {
    actorId: 'restore',
    detail: { station: 1, station_key: 1, enrollment_token: 2, api_token: 1 },
  })
  const [trail] = await restored.prisma.auditEvent.findMany({ where: { action: 'station.revoke' } })
  t.match(
    trail,
    { targetId: revoked.stationId, detail: { restored: true } },
    'in the trail of its organisation',
  )
  t.ok(restored.logged.some(({ msg }) => String(msg).startsWith('the database is older')))

  // Whoever makes the row live by hand revives no key.
  await restored.prisma.station.update({ where: { id: revoked.stationId }, data: { status: 'approved' } })
  t.equal(await knock(restored, revoked), 4)
  const again = await restored.signIn('owner@example.org')
  await restored.prisma.station.update({ where: { id: revoked.stationId }, data: { status: 'revoked' } })
  const same = await join(restored, again, 'Revoked', ORG)
  t.equal(same.name, 'Revoked', 'its name is free')
  t.not(same.stationId, revoked.stationId)
  t.equal(await knock(restored, revoked), 5, 'the old key opens nothing of the new station')
  t.equal(await knock(restored, same, revoked.key), 4)
  t.equal(await knock(restored, same), 0)
})

t.test('a start without a restore ends nothing, forgets what is over, and survives a cut line', async (t) => {
  const first = await testCore(t)
  const { dataDir, databaseUrl, owner } = first
  const grant = await join(first, owner, 'Svalbard', ORG)
  const gone = await join(first, owner, 'Troll', ORG)
  await issueToken(owner, ORG, { name: 'unused' })
  await revoke(first, gone)
  await first.core.stop()
  const lines = linesOf(dataDir)
  t.same(lines.map(({ kind }) => kind).sort(), [
    ...['enrollment_token', 'enrollment_token', 'station', 'station_key'],
  ])
  t.ok(lines.every(({ kind, until }) => (until === undefined) === kind.startsWith('station')))

  const file = path.join(dataDir, ENDED_FILE)
  const over = {
    kind: 'api_token',
    id: 'token-0001',
    at: '2020-01-01T00:00:00.000Z',
    until: '2020-02-01T00:00:00.000Z',
  }
  appendFileSync(file, `${JSON.stringify(over)}\n{"kind":"station","id":"cut`)
  const second = await bareCore(t, { dataDir, databaseUrl })
  t.same(linesOf(dataDir), lines)
  t.equal(await second.prisma.auditEvent.count({ where: { action: 'database.restored' } }), 0)
  t.equal(await knock(second, grant), 0)
  await second.core.stop()

  writeFileSync(file, '')
  const third = await bareCore(t, { dataDir, databaseUrl })
  t.same(new Set(linesOf(dataDir).map(({ id }) => id)), new Set(lines.map(({ id }) => id)), 'written anew')
  await third.core.stop()
})
