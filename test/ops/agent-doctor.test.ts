import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import path from 'node:path'
import t, { type Test } from 'tap'
import { agentConfigSchema } from '../../agent/config.js'
import type { LocalStatus } from '../../agent/local/words.js'
import { identityFindings } from '../../ops/cli/agent-doctor/identity.js'
import {
  clockFinding,
  dataFindings,
  diskFinding,
  nodeFinding,
  serviceFinding,
} from '../../ops/cli/agent-doctor/machine.js'
import { networkFindings, offsetFinding } from '../../ops/cli/agent-doctor/network.js'
import { limitsFinding, listensEverywhere, rotatorFindings } from '../../ops/cli/agent-doctor/rotator.js'
import { runningFindings } from '../../ops/cli/agent-doctor/running.js'
import type { HealthFinding } from '../../shared/api/health.js'
import { DAY, iso } from '../../shared/time.js'
import { makeCredential, makeKey } from '../support/agent-bench.js'
import { certificate } from '../support/certificate.js'
import { temporaryDirectory } from '../support/directory.js'
import { MOUNT } from '../support/mounts.js'
import { startRotctld } from '../support/rotctld.js'

async function listen(t: Test, server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

const levels = (findings: readonly HealthFinding[]) =>
  findings.map(({ check, level }) => `${check}: ${level}`)

t.test('whatever is not well says what to do', async (t) => {
  const { pinned } = await makeKey()
  const findings = [
    nodeFinding('18.1.0'),
    clockFinding(null),
    clockFinding({ isSynchronised: false, boundMs: null }),
    diskFinding(3),
    diskFinding(100),
    serviceFinding({ enabled: 'enabled', active: 'failed' }),
    offsetFinding(2000),
    offsetFinding(-9000),
    limitsFinding(MOUNT, { ...MOUNT, azMax: 360 }),
    limitsFinding(MOUNT, { azMin: 500, azMax: 600, elMin: 0, elMax: 90 }),
    ...identityFindings({ ...makeCredential({ port: 1 }, pinned), keyRenewAt: iso(0) }, 30 * DAY).slice(1, 2),
  ]
  t.same(
    findings.map(({ level }) => level),
    [
      ...['critical', 'warning', 'critical', 'critical', 'warning', 'critical'],
      ...['warning', 'critical', 'warning', 'critical', 'warning'],
    ],
  )
  t.ok(findings.every(({ mend }) => mend !== ''))
  const well = [
    nodeFinding('20.19.0'),
    clockFinding({ isSynchronised: true, boundMs: 3 }),
    diskFinding(5000),
    serviceFinding({ enabled: 'enabled', active: 'active' }),
    offsetFinding(300),
    limitsFinding(MOUNT, MOUNT),
    limitsFinding(MOUNT, null),
  ]
  t.ok(well.every(({ level, mend }) => level === 'ok' && mend === ''))
})

t.test('the data folder: absent, open to others, well', async (t) => {
  const folder = path.join(temporaryDirectory(t), 'data')
  t.same(levels(await dataFindings(folder)), ['Data folder: critical'])
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  t.match((await dataFindings(folder))[0], { level: 'warning', mend: /chmod 700/ })
  chmodSync(folder, 0o700)
  t.match((await dataFindings(folder))[0], { level: 'ok' })
})

t.test('G7: a daemon that every machine around may reach is told', (t) => {
  const header = '  sl  local_address rem_address   st tx_queue\n'
  const line = (local: string, state: string) => `   0: ${local} 00000000:0000 ${state} 00000000:00000000\n`
  t.ok(listensEverywhere(`${header}${line('00000000:11B5', '0A')}`, 4533))
  t.ok(listensEverywhere(`${header}${line(`${'0'.repeat(32)}:11B5`, '0A')}`, 4533))
  t.notOk(listensEverywhere(`${header}${line('0100007F:11B5', '0A')}`, 4533))
  t.notOk(listensEverywhere(`${header}${line('00000000:11B6', '0A')}`, 4533))
  t.notOk(listensEverywhere(`${header}${line('00000000:11B5', '01')}`, 4533))
  t.notOk(listensEverywhere('', 4533))
  t.end()
})

t.test(
  'the way to core: nobody, somebody, one whose certificate is not trusted, an address that is none',
  async (t) => {
    const now = () => Date.now()
    const nobody = await networkFindings(
      { url: 'http://127.0.0.1:1', mqttUrl: 'mqtt://127.0.0.1:1' },
      null,
      now,
    )
    t.same(levels(nobody), ['DNS: ok', 'Core: critical', 'Broker: critical'])
    const port = await listen(
      t,
      createHttp((_, response) => response.end('{}')),
    )
    const plain = { url: `http://127.0.0.1:${port}`, mqttUrl: `mqtt://127.0.0.1:${port}` }
    t.same(levels(await networkFindings(plain, null, now)), [
      'DNS: ok',
      'Core: ok',
      'Broker: ok',
      'Clock and core: ok',
    ])
    const late = await networkFindings(plain, null, () => Date.now() + 60_000)
    t.match(late.at(-1), { check: 'Clock and core', level: 'critical', found: /^(59|60|61)/ })
    const nowhere = { url: 'https://nowhere.invalid', mqttUrl: 'mqtts://nowhere.invalid:8883' }
    t.match(await networkFindings(nowhere, null, now), [{ check: 'DNS', level: 'critical' }])
    const pair = certificate(t)
    if (pair === null) return
    const secure = createHttps(
      { cert: readFileSync(pair.certFile), key: readFileSync(pair.keyFile) },
      (_, response) => response.end('{}'),
    )
    const tls = await listen(t, secure)
    const own = { url: `https://localhost:${tls}`, mqttUrl: `mqtts://localhost:${tls}` }
    t.match((await networkFindings(own, pair.ca, now))[2], {
      check: 'Broker',
      level: 'warning',
      found: /ends in [01] days/,
    })
    t.match((await networkFindings(own, null, now))[1], { check: 'Core', level: 'critical', mend: /caFile/ })
  },
)

t.test('the rotator: the real rotctld, one that is not there, a line that is not there', async (t) => {
  const rotator = (driver: object) =>
    rotatorFindings(agentConfigSchema.parse({ dataDir: '/nowhere', driver, mount: MOUNT }), false)
  const absent = await rotator({ kind: 'rotctld', port: 1 })
  t.match(absent.at(-1), { check: 'Rotator', level: 'critical', found: /ECONNREFUSED/ })
  const serial = await rotator({ kind: 'serial', protocol: 'easycomm2', path: '/dev/ttyNOWHERE' })
  t.match(serial, [{ check: 'Serial line', level: 'critical', found: /is not there/ }])
  const daemon = await startRotctld(t)
  if (daemon === null) return
  const found = await rotator({ kind: 'rotctld', port: daemon.port })
  t.match(found.at(-2), { check: 'Rotator', level: 'ok', found: /rotctld, Dummy rotator/ })
  t.match(found.at(-1), { check: 'Limits', level: 'ok' })
  t.match((await rotator({ kind: 'rotctld', port: daemon.port, model: 603 })).at(-1), {
    level: 'critical',
    found: /model/,
  })
})

t.test('a running agent is asked, and its faults are named', (t) => {
  const status: LocalStatus = {
    ...{ version: '1', bootId: 'boot-0000001', pid: 1, upS: 1, ts: iso(0), isLinked: true, barred: null },
    ...{
      state: 'idle',
      code: null,
      holder: null,
      contactId: null,
      mount: MOUNT,
      commanded: null,
      turn: null,
    },
    clock: { source: 'both', offsetMs: 1, uncertaintyMs: 5, ntp: 'synchronised' },
    ...{
      driver: { kind: 'simulated', model: 'x' },
      measured: { az: 1, el: 2 },
      plans: [],
      receiptsWaiting: 0,
    },
    ...{ door: null, lastRefusal: null, offset: { now: { az: 0, el: 0 }, next: { az: 0, el: 0 } } },
  }
  t.same(levels(runningFindings(status, '1')), ['Agent: ok', 'Link: ok', 'Rotator: ok'])
  const door = {
    port: null,
    policy: 'asked',
    programs: 0,
    fault: 'EADDRINUSE',
    isLeased: false,
    leaseUntil: null,
  } as const
  const barred = { code: 'station_locked', reason: 'somebody works on it' } as const
  const refusal = { ts: iso(0), level: 'warn', message: 'refused', facts: { detail: 'too late' } } as const
  const sick = {
    ...status,
    state: 'safe_hold',
    code: 'driver_failed',
    door,
    barred,
    lastRefusal: refusal,
  } as const
  t.same(levels(runningFindings(sick, '2')), [
    ...['Agent: warning', 'Link: critical', 'Rotator: critical', 'Door: warning', 'Refused: note'],
  ])
  t.match(runningFindings({ ...status, isLinked: false, measured: null }, '1'), [
    {},
    { check: 'Link', level: 'warning' },
    { check: 'Rotator', level: 'critical' },
  ])
  t.end()
})
