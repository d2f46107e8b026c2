import { randomUUID } from 'node:crypto'
import t from 'tap'
import { runAgent } from '../../agent/agent.js'
import { credentialPath, credentialSchema, saveCredential } from '../../agent/credential.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, makeConfig } from '../support/agent-bench.js'
import { ORG, testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { terminal } from './command-line.js'
import { join } from './joined.js'

t.setTimeout(240_000)

t.test('an antenna is worked on: locked at a terminal, unlocked, its key replaced, gone', async (t) => {
  const core = await testCore(t)
  const { owner } = core
  const { stationId, org, key, keyIssuedAt, keyRenewAt, mqttUrl, signingKeys } = await join(
    ...([core, owner, 'Svalbard', ORG] as const),
  )
  const path = `/orgs/${ORG}/stations/${stationId}`
  const { body } = await owner.api('POST', '/auth/api-tokens', { name: 'desk' })
  const { talos } = terminal(temporaryDirectory(t), { TALOS_TOKEN: body.token, TALOS_SERVER: core.url })
  const said = async (...args: string[]) => {
    const { code, stdout, stderr } = await talos('stations', ...args)
    return `${code} ${stdout}${stderr}`
  }
  t.match(
    await said('lock', 'svalbard', '--reason', 'nobody is home'),
    /^0 Svalbard is locked\. It is not conn/,
  )
  t.match(await said('unlock', 'Svalbard'), /^0 Svalbard is in use again/)

  const config = makeConfig(temporaryDirectory(t), { reconnect: { maxMs: 50, refusedMs: 500 } })
  const link = { url: core.localUrl, stationId, org, mqttUrl, signingKeys }
  const credential = credentialSchema.parse({ ...link, key, keyIssuedAt, keyRenewAt })
  await saveCredential(credentialPath(config.dataDir), credential)
  const log = new KeptLog()
  const agent = await runAgent(config, {
    ...{ credential, version: '0.0.0-test', clock: systemClock, random: Math.random, newId: randomUUID, log },
  })
  t.teardown(() => agent.stop())
  await log.until(/^connected$/)

  t.match(
    await said('lock', stationId, '--reason', 'new elevation bearing'),
    /^0 Svalbard is locked\. Its antenna stands still\./,
  )
  const line = await log.until(/new elevation bearing/)
  t.match(line, { message: /^this station may do nothing now/, facts: { code: 'station_locked' } })
  t.match(await said('show', 'Svalbard'), /Locked +\d{4}-.* UTC: new elevation bearing/)
  t.match((await owner.api('POST', `${path}/rotate-key`, {})).body, { code: 'station_locked' })
  t.match((await owner.api('POST', `${path}/commands`, { op: 'park' })).body, { code: 'station_locked' })

  const before = log.lines.length
  t.equal((await owner.api('POST', `${path}/unlock`, {})).status, 200)
  await log.until(/^the station may work again$/, before)
  t.match((await owner.api('POST', `${path}/commands`, { op: 'park' })).body, { result: 'accepted' })

  t.match(await said('rotate-key', 'Svalbard'), /^0 Svalbard was asked for a new key/)
  await log.until(/^the station has a new key/)
  const { keys } = (await owner.api('GET', path)).body
  t.match(keys, [{ revokedAt: null, provenAt: String }, { revokedAt: String }])
  t.equal((await owner.api('POST', `${path}/revoke`, { name: 'Svalbard' })).status, 200)
  await log.until(/The station is revoked/)

  const again = await join(core, owner, 'Svalbard', ORG)
  t.match(await said('show', 'Svalbard'), new RegExp(`Id +${again.stationId}`), 'the living one is meant')
})
