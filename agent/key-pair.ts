/**
 * The key pair that this machine makes for itself (E16). The private half is written to a file of our own (0600) and
 * never leaves the machine; core sees a request that it has signed.
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { z } from 'zod'
import { handoverText, type KeyHandover } from '../shared/key-handover.js'

/** PKCS#8 in PEM; P-384. */
export const privateKeySchema = z.string().max(1000).refine(isPrivateKey, 'is not a private key for P-384')

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyDetails?.namedCurve === 'secp384r1'
  } catch {
    return false
  }
}

/** A fresh private key, PEM. */
export const newPrivateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-384' })
    .privateKey.export({ format: 'pem', type: 'pkcs8' })
    .toString()

const spkiOf = (privateKey: string): Buffer =>
  createPublicKey(privateKey).export({ format: 'der', type: 'spki' })

/** SHA-256 of the public key (SPKI), hex: what the person who approves compares with what core shows. */
export const fingerprintOf = (privateKey: string): string =>
  createHash('sha256').update(spkiOf(privateKey)).digest('hex')

/** The former key says that the next one takes its place. */
export const handOver = (former: string, next: string, stationId: string): KeyHandover => ({
  spki: spkiOf(former).toString('base64'),
  signature: sign('sha384', Buffer.from(handoverText(stationId, fingerprintOf(next))), former).toString(
    'base64',
  ),
})
