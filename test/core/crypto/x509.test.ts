import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import t from 'tap'
import {
  issueClientCertificate,
  makeAuthority,
  newSerial,
  openAuthority,
  spkiOf,
  stationUri,
} from '../../../core/crypto/x509.js'

const STATION = '5f0c8a52-1f5d-4c0a-9a51-000000000001'
const DAY = 86_400_000
const now = Math.floor(Date.now() / 1000) * 1000

const keyPair = () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  return Uint8Array.from(publicKey.export({ format: 'der', type: 'spki' }))
}

t.test('an authority signs for stations, and no other authority', async (t) => {
  const serial = newSerial(randomBytes)
  const made = await makeAuthority('Talos stations', serial, { notBefore: now, notAfter: now + 3650 * DAY })
  const certificate = new X509Certificate(made.certificate)
  t.ok(certificate.ca)
  t.ok(certificate.verify(certificate.publicKey))
  t.equal(certificate.subject, 'CN=Talos stations')
  t.equal(certificate.serialNumber.toLowerCase(), serial)
  const { certificate: parsed } = await openAuthority(made.certificate, made.privateKey)
  // basicConstraints with path length 0, keyUsage keyCertSign alone; both critical.
  const hexOf = (type: string) =>
    Buffer.from(parsed.getExtension(type)?.value ?? new ArrayBuffer(0)).toString('hex')
  t.equal(hexOf('2.5.29.19'), '30060101ff020100')
  t.equal(hexOf('2.5.29.15'), '03020204')
  t.ok(parsed.getExtension('2.5.29.19')?.critical)
  t.ok(parsed.getExtension('2.5.29.15')?.critical)
})

t.test('E16: a certificate says who the station is, that it is a client, and for how long', async (t) => {
  const validity = { notBefore: now - 300_000, notAfter: now + 90 * DAY }
  const made = await makeAuthority('Talos stations', newSerial(randomBytes), validity)
  const issuer = await openAuthority(made.certificate, made.privateKey)
  const spki = keyPair()
  const subject = { stationId: STATION, serial: newSerial(randomBytes), spki, ...validity }
  const pem = await issueClientCertificate(issuer, subject)
  const certificate = new X509Certificate(pem)
  t.equal(certificate.toString(), pem, 'as Node writes it')
  t.ok(certificate.checkIssued(new X509Certificate(made.certificate)))
  t.ok(certificate.verify(new X509Certificate(made.certificate).publicKey))
  t.notOk(certificate.ca)
  t.equal(certificate.subject, `CN=${STATION}`)
  t.equal(certificate.subjectAltName, `URI:${stationUri(STATION)}`)
  t.equal(certificate.serialNumber.toLowerCase(), subject.serial)
  t.same(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'], 'clientAuth alone')
  t.equal(Date.parse(certificate.validFrom), validity.notBefore)
  t.equal(Date.parse(certificate.validTo), validity.notAfter)
  t.same(spkiOf(pem), Buffer.from(spki))
})

t.test('a serial has one form, whatever its bits are', async (t) => {
  const made = await makeAuthority('Talos', '01', { notBefore: now, notAfter: now + DAY })
  const issuer = await openAuthority(made.certificate, made.privateKey)
  const validity = { notBefore: now, notAfter: now + DAY }
  for (const fill of [0x00, 0x01, 0x7f, 0x80, 0xff]) {
    const serial = newSerial((n) => Buffer.alloc(n, fill))
    const subject = { stationId: STATION, serial, spki: keyPair(), ...validity }
    const { serialNumber } = new X509Certificate(await issueClientCertificate(issuer, subject))
    t.equal(serialNumber.toLowerCase().padStart(32, '0'), serial)
  }
})
