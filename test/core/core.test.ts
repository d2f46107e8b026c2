import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import pino from 'pino'
import t from 'tap'
import { readConfig } from '../../core/config.js'
import { createCore } from '../../core/core.js'
import { systemClock } from '../../shared/time.js'
import { bareCore, testCore } from '../support/core.js'
import { testDatabase } from '../support/database.js'
import { temporaryDirectory } from '../support/directory.js'

t.test('A38: a core with another master key does not start', async (t) => {
  const first = await bareCore(t)
  await first.core.stop()
  const { databaseUrl } = first
  await t.rejects(
    bareCore(t, { databaseUrl }),
    { code: 'master_key_wrong' },
    'another data directory, another key',
  )
  const again = await bareCore(t, { databaseUrl, dataDir: first.dataDir })
  t.ok(again.url)
})

t.test('a port that is taken is named, and what was open is closed again', async (t) => {
  const first = await bareCore(t)
  const port = new URL(first.url).port
  const mqttPort = new URL(first.mqttUrl).port
  for (const [variable, value] of [
    ['TALOS_HTTP_PORT', port],
    ['TALOS_MQTT_PORT', mqttPort],
  ] as const)
    await t.rejects(bareCore(t, { env: { [variable]: value } }), {
      code: 'config_invalid',
      detail: new RegExp(`${variable}.*${value}`),
    })
  await first.core.stop()
  const second = await bareCore(t, { env: { TALOS_HTTP_PORT: port } })
  t.equal(new URL(second.url).port, port, 'the port is free again')
})

t.test('B10: plain listeners are on loopback', async (t) => {
  const core = await bareCore(t)
  t.equal(new URL(core.url).hostname, '127.0.0.1')
  t.equal(new URL(core.mqttUrl).hostname, '127.0.0.1')
  t.equal(core.context.addresses.mqttUrl, core.mqttUrl)
})

t.test('stopping ends idle connections, and twice is once', async (t) => {
  const core = await testCore(t)
  const idle = connect(Number(new URL(core.url).port), '127.0.0.1')
  await once(idle, 'connect')
  idle.on('error', () => undefined)
  const from = performance.now()
  await Promise.all([core.core.stop(), core.core.stop()])
  await core.core.stop()
  idle.destroy()
  const ms = performance.now() - from
  t.ok(ms < 5000, `after ${Math.round(ms)} ms`)
})

t.test('asked to end while it starts, it ends what it has started', async (t) => {
  const { url } = await testDatabase(t)
  const config = readConfig({
    ...{ TALOS_HTTP_PORT: '0', TALOS_MQTT_PORT: '0', TALOS_DATABASE_URL: url },
    TALOS_DATA_DIR: temporaryDirectory(t),
  })
  const core = createCore(config, {
    ...{ clock: systemClock, random: randomBytes, log: pino({ level: 'silent' }), version: '0' },
    ...{ print: () => undefined, dashboardDir: '/nowhere', agentDir: '/nowhere', onFatal: () => undefined },
  })
  const starting = core.start()
  await core.stop()
  const { url: address } = await starting
  await t.rejects(fetch(`${address}/api/v1/healthz`))
})

t.test('no secret reaches the log', async (t) => {
  const core = await testCore(t)
  const session = core.owner.cookies.get('__Host-talos') ?? ''
  const { token } = (await core.owner.api('POST', '/auth/api-tokens', { name: 'x' })).body
  await core.program(token).api('GET', '/auth/me')
  await core.owner.api('GET', `/auth/me?token=${token}`)
  const key = core.director().options.bearer ?? ''
  const log = JSON.stringify(core.logged)
  for (const secret of [session, token, key, core.ownerLink?.split('#')[1] ?? '']) {
    t.ok(secret.length > 20)
    t.notOk(log.includes(secret))
  }
})
