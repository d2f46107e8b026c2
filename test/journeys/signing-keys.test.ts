import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import mqtt from 'mqtt'
import t from 'tap'
import { runAgent } from '../../agent/agent.js'
import { credentialPath, loadCredential, saveCredential } from '../../agent/credential.js'
import { signingKeyListResponse } from '../../shared/api/keys.js'
import { infoSchema } from '../../shared/messages.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, makeConfig } from '../support/agent-bench.js'
import { testCore } from '../support/core.js'
import { temporaryDirectory } from '../support/directory.js'
import { join } from './joined.js'

t.test(
  'O17: a new signing key is pinned by who is there, and by who was away; the former ends',
  async (t) => {
    const core = await testCore(t)
    const grant = await join(core, core.owner, 'Svalbard', 'main')
    const { stationId, org, key, keyIssuedAt, mqttUrl, signingKeys } = grant
    const dataDir = temporaryDirectory(t)
    const file = credentialPath(dataDir)
    await saveCredential(file, { url: core.url, mqttUrl, org, stationId, key, keyIssuedAt, signingKeys })

    // The director hears what stations say of themselves.
    const director = await mqtt.connectAsync(core.mqttUrl, {
      ...{ username: 'svc_director', clientId: 'svc_director:7', protocolVersion: 4 },
      password: readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim(),
    })
    t.teardown(() => director.endAsync(true))
    const told: string[] = []
    let heard = () => {}
    director.on('message', (_topic, payload) => {
      told.push([...(infoSchema.parse(JSON.parse(payload.toString())).signingKeys ?? [])].sort().join())
      heard()
    })
    await director.subscribeAsync(`talos/${org}/gs/${stationId}/info`, { qos: 1 })
    const pins = async (kids: readonly string[]) => {
      while (told.at(-1) !== [...kids].sort().join())
        await new Promise<void>((resolve) => {
          heard = resolve
        })
    }

    const start = async () =>
      await runAgent(makeConfig(dataDir), {
        ...{ credential: await loadCredential(file), version: '0.0.0-test', clock: systemClock },
        ...{ random: Math.random, newId: randomUUID, log: new KeptLog() },
      })
    const post = async (path: string, body: object) => {
      const answer = await core.owner.api('POST', path, body)
      t.equal(answer.status, 200, JSON.stringify(answer.body))
      return signingKeyListResponse.parse(answer.body).items
    }
    const stop = async () =>
      (await core.owner.api('POST', `/orgs/main/stations/${stationId}/commands`, { op: 'stop' })).status

    const first = signingKeys[0]?.kid ?? ''
    let agent = await start()
    t.teardown(() => agent.stop())
    await pins([first])
    t.equal((await core.owner.api('POST', `/keys/${first}/retire`, {})).status, 409, 'it signs')

    const [second] = await post('/keys/rotate', { announceMinutes: 0 })
    t.match(second, { state: 'signing' })
    await pins([second?.kid ?? '', first])
    t.equal(await stop(), 200, 'under the new key')

    await agent.stop()
    const [third] = await post('/keys/rotate', { announceMinutes: 0 })
    agent = await start()
    const all = [third?.kid ?? '', second?.kid ?? '', first]
    await pins(all)
    t.same(
      (await loadCredential(file)).signingKeys.map(({ kid }) => kid),
      all,
    )
    t.equal(await stop(), 200, 'it was away and has caught up')

    await post(`/keys/${first}/retire`, {})
    await post(`/keys/${second?.kid}/retire`, {})
    await pins([third?.kid ?? ''])
    t.equal(await stop(), 200, 'under the last key alone')
    const { body } = await core.program().api('GET', '/keys')
    t.match(body.keys, [{ kid: third?.kid }])
    t.equal(body.keys.length, 1)
  },
)
