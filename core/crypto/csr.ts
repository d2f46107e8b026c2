/**
 * The request for a certificate that a station sends (PKCS#10, RFC 2986). Of all that it says only the public key is
 * taken: who a station is, what its certificate may be used for and how long is ours to say, so the subject and the
 * attributes are not even read.
 * @module
 */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { TalosError } from '../../shared/errors.js'
import { handoverText, type KeyHandover } from '../../shared/key-handover.js'
import { DER, readDer, readInside } from './der.js'

export interface KeyRequest {
  /** SubjectPublicKeyInfo (DER). */
  readonly spki: Buffer<ArrayBuffer>
  /** SHA-256 of it, hex: what a person compares, and what the station is held to. */
  readonly fingerprint: string
}

const PEM = /^-----BEGIN CERTIFICATE REQUEST-----\s+([A-Za-z0-9+/=\s]+)-----END CERTIFICATE REQUEST-----\s*$/
const MOST_CHARACTERS = 4000

/** E27: the whole beginning of a key that is taken, so that it is a named curve and a plain point (RFC 5480, RFC 8410). */
const KEYS: readonly {
  readonly begins: string
  readonly bytes: number
  readonly signs: 'ecdsa' | 'eddsa'
}[] = [
  // P-384
  { begins: '3076301006072a8648ce3d020106052b8104002203620004', bytes: 120, signs: 'ecdsa' },
  // P-256
  { begins: '3059301306072a8648ce3d020106082a8648ce3d03010703420004', bytes: 91, signs: 'ecdsa' },
  // Ed25519
  { begins: '302a300506032b6570032100', bytes: 44, signs: 'eddsa' },
]

/** By the OID of the signature, which has no parameters (RFC 5758, RFC 8410); the digest is part of Ed25519. */
const SIGNATURES: ReadonlyMap<string, { readonly kind: 'ecdsa' | 'eddsa'; readonly hash: string | null }> =
  new Map([
    ['06082a8648ce3d040302', { kind: 'ecdsa', hash: 'sha256' }],
    ['06082a8648ce3d040303', { kind: 'ecdsa', hash: 'sha384' }],
    ['06082a8648ce3d040304', { kind: 'ecdsa', hash: 'sha512' }],
    ['06032b6570', { kind: 'eddsa', hash: null }],
  ])

const refused = (detail: string, cause?: unknown) =>
  new TalosError('csr_refused', `The request for a certificate ${detail}.`, { cause })

/** SHA-256 of a public key (SPKI, DER), hex. */
export const fingerprintOf = (spki: Uint8Array): string => createHash('sha256').update(spki).digest('hex')

/**
 * Reads a request in PEM and checks that its sender holds the private key.
 * @throws TalosError `csr_refused`
 */
export function readCsr(pem: string): KeyRequest {
  const { signed, spki, algorithm, signature } = partsOf(derOf(pem))
  const hex = spki.toString('hex')
  const kind = KEYS.find(({ begins, bytes }) => hex.startsWith(begins) && spki.length === bytes)
  if (kind === undefined)
    throw refused(
      `is for ${nameOf(spki)}; taken are P-384, P-256 and Ed25519, as named curves and uncompressed points`,
    )
  const scheme = SIGNATURES.get(algorithm)
  if (scheme?.kind !== kind.signs) throw refused('is signed with an algorithm that is not taken')
  if (!isSignedBy(keyOf(spki), scheme.hash, signed, signature))
    throw refused('is not signed with its own private key')
  return { spki, fingerprint: fingerprintOf(spki) }
}

function derOf(pem: string): Buffer<ArrayBuffer> {
  if (pem.length > MOST_CHARACTERS)
    throw refused(`has ${pem.length} characters; ${MOST_CHARACTERS} are the limit`)
  const base64 = PEM.exec(pem.trim())?.[1]?.replace(/\s+/g, '')
  if (base64 === undefined) throw refused('is not one block of PEM, BEGIN CERTIFICATE REQUEST')
  const der = Buffer.from(base64, 'base64')
  if (der.toString('base64') !== base64) throw refused('is not base64 inside')
  return der
}

interface Parts {
  readonly signed: Buffer
  readonly spki: Buffer<ArrayBuffer>
  /** Inside of the AlgorithmIdentifier, hex. */
  readonly algorithm: string
  readonly signature: Buffer
}

function partsOf(der: Buffer): Parts {
  try {
    const [request, ...behind] = readDer(der)
    const [info, scheme, signature, ...more] = readInside(request, DER.sequence)
    const [version, , spki, , ...others] = readInside(info, DER.sequence)
    // Of a bit string of whole bytes the first says that none of the last's bits is unused.
    const isWhole = signature?.tag === DER.bitString && signature.content[0] === 0
    if (behind.length + more.length + others.length > 0 || !isWhole) throw new RangeError('another structure')
    if (version?.raw.toString('hex') !== '020100' || info === undefined) throw new RangeError('its version')
    if (spki?.tag !== DER.sequence || scheme?.tag !== DER.sequence)
      throw new RangeError('its key or algorithm')
    return {
      signed: info.raw,
      spki: Buffer.from(spki.raw),
      algorithm: scheme.content.toString('hex'),
      signature: signature.content.subarray(1),
    }
  } catch (cause) {
    throw refused('is not PKCS#10 in DER', cause)
  }
}

/**
 * Does the holder of the key pair `fingerprint` hand over to the key of this request? Only then may who came with a copied
 * `gsk_` key no more than the station's own machine.
 */
export function isHandedOver(
  handover: KeyHandover,
  fingerprint: string,
  stationId: string,
  next: KeyRequest,
): boolean {
  const spki = Buffer.from(handover.spki, 'base64')
  if (fingerprintOf(spki) !== fingerprint) return false
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const hash = key.asymmetricKeyType === 'ec' ? 'sha384' : null
  const text = Buffer.from(handoverText(stationId, next.fingerprint))
  return isSignedBy(key, hash, text, Buffer.from(handover.signature, 'base64'))
}

const keyOf = (spki: Buffer): KeyObject => {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch (cause) {
    throw refused('is for a point that is not on its curve', cause)
  }
}

function isSignedBy(key: KeyObject, hash: string | null, signed: Buffer, signature: Buffer): boolean {
  try {
    return verify(hash, signed, key, signature)
  } catch {
    return false
  }
}

/** What kind of key it is that is not taken, for the one who sent it. */
function nameOf(spki: Buffer): string {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails: details } = createPublicKey({
      key: spki,
      format: 'der',
      type: 'spki',
    })
    const curve = details?.namedCurve
    return `a key of the kind ${type ?? 'unknown'}${curve === undefined ? '' : ` (${curve})`}`
  } catch {
    return 'a key of an unknown kind'
  }
}
