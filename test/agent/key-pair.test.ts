import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { makeCsr } from '../../agent/csr.js'
import { fingerprintOf, handOver, newPrivateKey, privateKeySchema } from '../../agent/key-pair.js'
import { isHandedOver, fingerprintOf as ofSpki, readCsr } from '../../core/crypto/csr.js'

const STATION = 'station-00000001'

t.test('E16: core reads of the request the fingerprint that the machine shows', async (t) => {
  const key = newPrivateKey()
  t.equal(readCsr(makeCsr(key)).fingerprint, fingerprintOf(key))
  t.equal(
    ofSpki(createPublicKey(key).export({ format: 'der', type: 'spki' })),
    fingerprintOf(key),
    'SHA-256 of the SPKI',
  )
})

t.test('a handover is good for these two keys and this station only', async (t) => {
  const [former, next, other] = [newPrivateKey(), newPrivateKey(), newPrivateKey()]
  const request = readCsr(makeCsr(next))
  const handover = handOver(former, next, STATION)
  const print = fingerprintOf(former)
  t.ok(isHandedOver(handover, print, STATION, request))
  t.notOk(isHandedOver(handover, print, 'station-00000002', request))
  t.notOk(isHandedOver(handover, print, STATION, readCsr(makeCsr(other))))
  t.notOk(isHandedOver(handover, fingerprintOf(other), STATION, request))
  t.notOk(isHandedOver(handOver(other, next, STATION), print, STATION, request))
  const { spki } = handover
  t.notOk(isHandedOver({ spki, signature: 'AAAA' }, print, STATION, request))
  t.notOk(isHandedOver({ spki: 'AAAA', signature: handover.signature }, print, STATION, request))
})

t.test('E27: a private key on the disk is one for P-384, or none', async (t) => {
  t.ok(privateKeySchema.safeParse(newPrivateKey()).success)
  const pem = { format: 'pem', type: 'pkcs8' } as const
  for (const text of [
    '',
    'no key',
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString(),
    generateKeyPairSync('ed25519').privateKey.export(pem).toString(),
  ])
    t.notOk(privateKeySchema.safeParse(text).success)
})
