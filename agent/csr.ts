/**
 * The request for a certificate (PKCS#10, RFC 2986), written by hand: thirty lines in place of a dozen packages on every
 * Raspberry Pi. It names nobody: core says whose certificate it becomes.
 * @module
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto'

const SEQUENCE = 0x30
const BIT_STRING = 0x03
/** INTEGER 0: version 1 of PKCS#10. */
const VERSION = Buffer.from('020100', 'hex')
/** A name without parts. */
const NOBODY = Buffer.from('3000', 'hex')
/** [0], no attributes. */
const NO_ATTRIBUTES = Buffer.from('a000', 'hex')
/** ecdsa-with-SHA384 (RFC 5758). */
const ECDSA_SHA384 = Buffer.from('300a06082a8648ce3d040303', 'hex')
const LINE = 64

/** One value of DER: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), content])
}

/** Asks for a certificate for this P-384 key, and proves that we hold it. PEM. */
export function makeCsr(privateKey: KeyObject | string): string {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' })
  const info = der(SEQUENCE, VERSION, NOBODY, spki, NO_ATTRIBUTES)
  const signature = der(BIT_STRING, Buffer.of(0), sign('sha384', info, privateKey))
  const base64 = der(SEQUENCE, info, ECDSA_SHA384, signature).toString('base64')
  const lines = base64.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? []
  return ['-----BEGIN CERTIFICATE REQUEST-----', ...lines, '-----END CERTIFICATE REQUEST-----', ''].join('\n')
}
