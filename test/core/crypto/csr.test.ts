import 'reflect-metadata'
import { generateKeyPairSync, webcrypto } from 'node:crypto'
import {
  BasicConstraintsExtension,
  type Extension,
  Pkcs10CertificateRequestGenerator,
  SubjectAlternativeNameExtension,
} from '@peculiar/x509'
import fc from 'fast-check'
import t from 'tap'
import { fingerprintOf, readCsr } from '../../../core/crypto/csr.js'
import { TalosError } from '../../../shared/errors.js'

const pemOf = (der: Buffer, label = 'CERTIFICATE REQUEST') =>
  `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`

/** What another library writes: subject, extensions, any algorithm. */
async function requested(
  algorithm: webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams,
  signingAlgorithm: { name: string; hash: string },
  extensions: Extension[] = [],
) {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: 'CN=another-station',
    keys,
    signingAlgorithm,
    extensions,
  })
  const spki = Buffer.from(await webcrypto.subtle.exportKey('spki', keys.publicKey))
  return { pem: request.toString('pem'), der: Buffer.from(request.rawData), spki }
}

const ec = (namedCurve: string, hash = 'SHA-384', extensions: Extension[] = []) =>
  requested({ name: 'ECDSA', namedCurve }, { name: 'ECDSA', hash }, extensions)

t.test('E16, E27: of a sound request the public key is taken and nothing else', async (t) => {
  for (const made of [
    await ec('P-384'),
    await ec('P-384', 'SHA-256'),
    await ec('P-256', 'SHA-256'),
    await requested({ name: 'Ed25519', namedCurve: '' }, { name: 'Ed25519', hash: '' }),
    // Extension smuggling: an authority, another's name.
    await ec('P-384', 'SHA-384', [
      new BasicConstraintsExtension(true, 5, true),
      new SubjectAlternativeNameExtension([{ type: 'url', value: 'urn:talos:station:another' }]),
    ]),
  ])
    t.same(readCsr(made.pem), { spki: made.spki, fingerprint: fingerprintOf(made.spki) })
})

t.test('E27: other keys are refused by their name', async (t) => {
  const publicExponent = new Uint8Array([1, 0, 1])
  const rsa = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent, hash: 'SHA-256' }
  const cases = [
    [await requested(rsa, rsa), /kind rsa/],
    [await ec('P-521'), /secp521r1/],
  ] as const
  for (const [{ pem }, name] of cases) t.throws(() => readCsr(pem), { code: 'csr_refused', message: name })
})

t.test('a request that its sender did not sign is refused', async (t) => {
  const { der, spki } = await ec('P-384')
  const other = await ec('P-384')
  const swapped = Buffer.from(der)
  other.spki.copy(swapped, der.indexOf(spki))
  t.throws(() => readCsr(pemOf(swapped)), { code: 'csr_refused', message: /own private key/ })
  // Other algorithms than were used: SHA-224, and one that there is not.
  for (const oid of ['06082a8648ce3d040301', '06082a8648ce3d040305']) {
    const changed = Buffer.from(der.toString('hex').replace('06082a8648ce3d040303', oid), 'hex')
    t.throws(() => readCsr(pemOf(changed)), { code: 'csr_refused', message: /algorithm/ })
  }
  const digest = Buffer.from(
    der.toString('hex').replace('06082a8648ce3d040303', '06082a8648ce3d040302'),
    'hex',
  )
  t.throws(() => readCsr(pemOf(digest)), { code: 'csr_refused', message: /own private key/ })
})

t.test('a point that is not on the curve, compressed or hybrid, is refused', async (t) => {
  const { der, spki } = await ec('P-384')
  const at = der.indexOf(spki)
  const off = Buffer.from(der)
  off.fill(0x11, at + 24, at + 120)
  t.throws(() => readCsr(pemOf(off)), { code: 'csr_refused', message: /not on its curve/ })
  for (const form of [0x02, 0x06, 0x07]) {
    const changed = Buffer.from(der)
    changed[at + 23] = form
    t.throws(() => readCsr(pemOf(changed)), { code: 'csr_refused', message: /taken are/ }, `${form}`)
  }
})

t.test('what is no request is refused, whatever it is', async (t) => {
  const { der, pem } = await ec('P-384')
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const texts = [
    '',
    'no PEM',
    pem + pem,
    `${pem}<script>`,
    pem.replace(/[A-Za-z0-9]/g, '!'),
    pemOf(der, 'CERTIFICATE'),
    pemOf(Buffer.concat([der, der])),
    pemOf(Buffer.from(publicKey.export({ format: 'der', type: 'spki' }))),
    privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(3500)}\n-----END CERTIFICATE REQUEST-----`,
    // Nested so deep that a reader which follows would run out of stack.
    pemOf(Buffer.from('3080'.repeat(1000), 'hex')),
    'A'.repeat(10_000_000),
    `-----BEGIN CERTIFICATE REQUEST-----\n${' '.repeat(3800)}`,
  ]
  for (const text of texts) t.throws(() => readCsr(text), { code: 'csr_refused' }, text.slice(0, 60))
})

t.test('fuzz: whatever is changed in a request, only its own key comes out, or a refusal', async (t) => {
  const { der, spki } = await ec('P-384')
  const fingerprint = fingerprintOf(spki)
  let taken = 0
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 4 }),
      fc.nat(der.length),
      fc.boolean(),
      (changes, cut, isCut) => {
        const bytes = Buffer.from(der)
        for (const [at, byte] of changes) bytes[at] = byte
        try {
          const read = readCsr(pemOf(isCut ? bytes.subarray(0, cut) : bytes))
          taken++
          return read.fingerprint === fingerprint
        } catch (error) {
          return error instanceof TalosError && error.code === 'csr_refused'
        }
      },
    ),
    { numRuns: 3000, examples: [[[], 0, false]] },
  )
  t.ok(taken > 0, 'unchanged, it is taken')
})
