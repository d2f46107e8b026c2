/**
 * Debian's MQTT clients as a station and as the director, over each of the three ways in.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import type { StationGrant } from '../../shared/api/fleet.js'
import { certificate } from '../support/certificate.js'
import { ORG, testCore } from '../support/core.js'
import { ticketOf } from '../support/live.js'
import { EXIT, type Login, publish, subscribe, withoutMosquitto, withoutPaho } from './debian-mqtt.js'
import { join } from './joined.js'
import { type Peer, paho, type Way } from './paho-peer.js'
import { rot, state } from './station-messages.js'

t.setTimeout(120_000)

const files = certificate(t)
const stranger = certificate(t)
const tlsFile = files?.certFile ?? ''
const withoutTls = files === null ? 'openssl is not installed' : false
const core = await testCore(t, {
  env: files === null ? {} : { TALOS_TLS_CERT: files.certFile, TALOS_TLS_KEY: files.keyFile },
})
const { owner } = core
const directorKey = readFileSync(path.join(core.dataDir, 'director.key'), 'utf8').trim()
const portOf = (url: string) => Number(new URL(url).port)

const WAYS: Readonly<Record<string, Way>> = {
  'plain MQTT on loopback': { transport: 'tcp', port: portOf(core.mqttUrl), ca: null },
  'MQTT over TLS': { transport: 'tcp', port: portOf(core.context.addresses.mqttUrl), ca: tlsFile },
  'MQTT over a WebSocket': { transport: 'websockets', port: portOf(core.url), ca: tlsFile },
}

const stationOf = ({ stationId, key }: StationGrant): Peer => ({
  ...{ username: stationId, password: key, clientId: stationId },
})
const directorAs = (n: number): Peer => ({
  ...{ username: 'svc_director', password: directorKey, clientId: `svc_director:${n}` },
})
const at = ({ org, stationId }: StationGrant, end: string) => `talos/${org}/gs/${stationId}/${end}`
const quoted = (text: string) => JSON.stringify(text)

t.test('python3-paho-mqtt', { skip: withoutTls || withoutPaho() }, async (t) => {
  for (const [name, way] of Object.entries(WAYS)) {
    await t.test(`B2 B5: a station and the director work over ${name}`, async (t) => {
      const grant = await join(core, owner, name, ORG)
      const reads: [string, number][] = [
        ['talos/+/gs/+/telemetry/+', 0],
        ['talos/+/gs/+/state', 1],
      ]
      const director = paho(t, way, { ...directorAs(1), subscribe: reads })
      await director.until('"granted": [0, 1]')
      const telemetry = rot(7)
      const station = paho(t, way, {
        ...stationOf(grant),
        subscribe: [
          [at(grant, 'cmd/#'), 0],
          [at(grant, 'plan/#'), 1],
        ],
        publish: [
          [at(grant, 'state'), state(), 1, true],
          [at(grant, 'telemetry/rot'), telemetry, 0, false],
        ],
      })
      await station.until('"granted": [0, 1]')
      await director.until(quoted(at(grant, 'state')))
      await director.until(`${quoted(at(grant, 'telemetry/rot'))}, "payload": ${quoted(telemetry)}`)
      paho(t, way, { ...directorAs(2), publish: [[at(grant, 'plan/contact-0001'), 'a.b.c', 1, false]] })
      await station.until(`${quoted(at(grant, 'plan/contact-0001'))}, "payload": "a.b.c"`)
      const stop = await owner.api('POST', `/orgs/${ORG}/stations/${grant.stationId}/commands`, {
        op: 'stop',
      })
      t.match(stop, { status: 200, body: { op: 'stop', result: 'accepted' } })
      await owner.api('POST', `/orgs/${ORG}/stations/${grant.stationId}/revoke`, { name })
      await station.until('"disconnected"')
    })

    await t.test(`B1 B2 B9: nobody comes in over ${name} without the very credentials`, async (t) => {
      const grant = await join(core, owner, `${name} refused`, ORG)
      const me = stationOf(grant)
      const cases: [number, Peer][] = [
        [4, { ...me, password: `${me.password.slice(0, -2)}AA` }],
        [4, { ...me, password: directorKey }],
        [4, { ...directorAs(3), password: me.password }],
        [2, { ...me, clientId: 'svc_director:3' }],
        [2, { ...directorAs(3), clientId: me.clientId }],
      ]
      for (const [code, peer] of cases) await paho(t, way, peer).until(`"connack": ${code}`)
      const eavesdropper = paho(t, way, { ...me, subscribe: [['talos/+/gs/+/state', 0]] })
      await eavesdropper.until('"granted": [128]')
    })
  }

  await t.test('B10: a broker with a certificate that nobody vouches for is not talked to', async (t) => {
    for (const name of ['MQTT over TLS', 'MQTT over a WebSocket'])
      await paho(t, { ...(WAYS[name] as Way), ca: stranger?.certFile ?? '' }, directorAs(4)).until(
        'CERTIFICATE_VERIFY_FAILED',
      )
  })

  await t.test('B11 B17: a page brings cookie, Origin and ticket, and a machine its key', async (t) => {
    const way = WAYS['MQTT over a WebSocket'] as Way
    const grant = await join(core, owner, 'Page', ORG)
    const me = stationOf(grant)
    const ticket = async (): Promise<Peer> => {
      const { ticket: password, clientId } = await ticketOf(owner)
      return { username: 'ticket', password, clientId }
    }
    const page = { Origin: core.url, Cookie: owner.cookieHeader }
    const reads: Pick<Peer, 'subscribe'> = { subscribe: [[`talos/${ORG}/gs/+/telemetry/+`, 0]] }
    const person = paho(t, way, { ...(await ticket()), ...reads, headers: page })
    await person.until('"granted": [0]')
    const cases: [string, string, Peer][] = [
      ['a ticket without its cookie', '"connack": 4', await ticket()],
      ["a machine's key from a page", '"connack": 4', { ...me, headers: page }],
      ["the director's key from a page", '"connack": 4', { ...directorAs(5), headers: page }],
      ['another site', '"failed"', { ...me, headers: { Origin: 'https://evil.example' } }],
      ['a cookie without an Origin', '"failed"', { ...(await ticket()), headers: { Cookie: page.Cookie } }],
    ]
    for (const [what, outcome, peer] of cases) {
      const client = paho(t, way, peer)
      await client.until(outcome)
      t.notOk(client.stdout.includes('"connack": 0'), what)
    }
  })
})

t.test(
  'B2 B10: mosquitto_pub and mosquitto_sub are station and director over TLS',
  { skip: withoutTls || withoutMosquitto() },
  async (t) => {
    const grant = await join(core, owner, 'Mosquitto', ORG)
    for (const name of ['plain MQTT on loopback', 'MQTT over TLS']) {
      const { port, ca } = WAYS[name] as Way
      const where = { port, ...(ca === null ? {} : { ca }) }
      const me: Login = { ...where, ...stationOf(grant) }
      const director = (n: number): Login => ({ ...where, ...directorAs(n) })
      const ear = subscribe(t, director(1), ['talos/+/gs/+/telemetry/+'])
      const station = subscribe(t, me, [at(grant, 'plan/#')], ['-q', '1'])
      await Promise.all([ear.until('Subscribed'), station.until('Subscribed (mid: 1): 1')])
      t.equal((await publish(t, director(2), at(grant, 'plan/contact-0001'), 'a.b.c')).code, EXIT.ok)
      await station.until(`${at(grant, 'plan/contact-0001')} a.b.c`)
      station.child.kill()
      await station.ended
      t.equal((await publish(t, me, at(grant, 'telemetry/rot'), rot(8))).code, EXIT.ok)
      await ear.until(at(grant, 'telemetry/rot'))
      t.equal((await publish(t, director(3), at(grant, 'cmd/stop'), 'a.b.c')).code, EXIT.connectionLost, 'B6')
      ear.child.kill()
      await ear.ended
    }
    const { port } = WAYS['MQTT over TLS'] as Way
    for (const login of [
      { ...stationOf(grant), port, ca: stranger?.certFile ?? '' },
      { ...stationOf(grant), port },
    ])
      t.not((await publish(t, login, at(grant, 'telemetry/rot'), rot(9))).code, EXIT.ok, 'B10')
  },
)
