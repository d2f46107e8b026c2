/**
 * Stations that joined a whole core with a key pair of their own, and their connections over TLS.
 * @module
 */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { once } from 'node:events'
import { connect as connectTls } from 'node:tls'
import type { Test } from 'tap'
import { makeCsr } from '../../agent/csr.js'
import { fingerprintOf } from '../../core/crypto/csr.js'
import { newId } from '../../core/crypto/ids.js'
import type { StationGrant } from '../../shared/api/fleet.js'
import { handoverText, type KeyHandover } from '../../shared/key-handover.js'
import { type Certificate, certificate } from './certificate.js'
import type { ClientPair, TestAuthority } from './client-certificates.js'
import { ORG, type TestCore, testCore } from './core.js'
import { MOUNT } from './mounts.js'
import { type ConnectOptions, RawClient } from './raw-mqtt.js'

export interface CertifiedCore extends TestCore {
  readonly tls: Certificate
  readonly mqttsPort: number
}

/** Null where there is no openssl. */
export async function certifiedCore(t: Test): Promise<CertifiedCore | null> {
  const tls = certificate(t)
  if (tls === null) return null
  const core = await testCore(t, { env: { TALOS_TLS_CERT: tls.certFile, TALOS_TLS_KEY: tls.keyFile } })
  return { ...core, tls, mqttsPort: Number(new URL(core.context.addresses.mqttUrl).port) }
}

export const newKeyPair = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
export const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString()
const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' })
export const fingerprintOfKey = (key: KeyObject): string => fingerprintOf(spkiOf(key))

/** The former key pair hands over to the next. */
export const handover = (former: KeyObject, next: KeyObject, stationId: string): KeyHandover => ({
  spki: spkiOf(former).toString('base64'),
  signature: sign('sha384', Buffer.from(handoverText(stationId, fingerprintOfKey(next))), former).toString(
    'base64',
  ),
})

export class CertifiedStation {
  constructor(
    readonly core: CertifiedCore,
    readonly grant: StationGrant,
    readonly privateKey: KeyObject,
    /** PEM. */
    readonly certificate: string,
    readonly serial: string,
  ) {}

  get id(): string {
    return this.grant.stationId
  }

  get pair() {
    return { cert: this.certificate, key: pemOf(this.privateKey) }
  }

  /** The same station with another certificate. */
  with(privateKey: KeyObject, issued: { readonly certificate: string; readonly serial: string }) {
    return new CertifiedStation(this.core, this.grant, privateKey, issued.certificate, issued.serial)
  }

  /** Asks for the next certificate with the station's key. */
  renew(next: KeyObject, body: object = {}) {
    const program = this.core.program(this.grant.key)
    return program.api('POST', '/station/certificate', { csr: makeCsr(next), ...body })
  }
}

let nonces = 0

/** A station that joins, with a certificate. */
export async function certified(core: CertifiedCore, name: string): Promise<CertifiedStation> {
  const created = await core.owner.api('POST', `/orgs/${ORG}/enrollment-tokens`, { name })
  const privateKey = newKeyPair()
  const { status, body } = await core.browser().api('POST', '/enroll', {
    token: created.body.enrollUrl.split('#')[1],
    nonce: `nonce-certified-${++nonces}`,
    mount: MOUNT,
    agent: { version: '0.1.0', hostname: 'pi', platform: 'linux arm64' },
    csr: makeCsr(privateKey),
  })
  if (status !== 200) throw new Error(`joining was answered ${status} ${JSON.stringify(body)}`)
  const grant = body.grant as StationGrant
  if (grant.certificate === undefined) throw new Error('the grant holds no certificate')
  return new CertifiedStation(
    core,
    grant,
    privateKey,
    grant.certificate.certificate,
    grant.certificate.serial,
  )
}

/** A connection over TLS that has said nothing yet. Ends with the test. */
export async function dial(t: Test, core: CertifiedCore, pair: { cert?: string; key?: string } = {}) {
  const { ca } = core.tls
  const socket = connectTls({ host: '127.0.0.1', servername: 'localhost', port: core.mqttsPort, ca, ...pair })
  t.teardown(() => socket.destroy())
  await once(socket, 'secureConnect')
  return new RawClient(socket)
}

/** Connects with a certificate; the CONNACK code and the connection. */
export async function connectWith(
  t: Test,
  core: CertifiedCore,
  pair: { cert?: string; key?: string },
  stationId: string,
  more: Partial<ConnectOptions> = {},
) {
  const client = await dial(t, core, pair)
  const code = await client.connect({ clientId: stationId, username: stationId, ...more })
  return { code, client }
}

/** A certificate that this authority has signed for the station, with a row as if core had issued it. */
export async function signedBy(
  authority: TestAuthority,
  station: CertifiedStation,
  { notBefore, notAfter }: { readonly notBefore: number; readonly notAfter: number },
): Promise<ClientPair> {
  const { context, prisma } = station.core
  const made = await authority.issue({ name: station.id, notBefore, notAfter })
  const { authorityId } = await prisma.stationCertificate.findUniqueOrThrow({
    where: { serial: station.serial },
  })
  await prisma.stationCertificate.create({
    data: {
      ...{ id: newId(context.random), serial: made.serial, authorityId, stationId: station.id },
      ...{ certificate: made.cert, notBefore: new Date(notBefore), notAfter: new Date(notAfter) },
    },
  })
  return made
}
