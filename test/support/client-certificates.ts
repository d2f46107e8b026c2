/**
 * Certificate authorities of a test, and client certificates good and bad.
 * @module
 */
import 'reflect-metadata'
import { randomBytes, webcrypto } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Issuer } from '../../core/crypto/x509.js'

const P384 = { name: 'ECDSA', namedCurve: 'P-384' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' } as const
const DAY = 86_400_000

export interface ClientPair {
  /** PEM. */
  readonly cert: string
  readonly key: string
  readonly serial: string
}

export interface Wish {
  readonly name?: string
  readonly serial?: string
  readonly notBefore?: number
  readonly notAfter?: number
  /** Default: clientAuth alone. */
  readonly usages?: readonly ExtendedKeyUsage[]
}

const pemOf = (der: ArrayBuffer, label: string) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`

const newKeys = () => webcrypto.subtle.generateKey(P384, true, ['sign', 'verify'])

export class TestAuthority {
  private constructor(
    readonly certificate: X509Certificate,
    private readonly key: webcrypto.CryptoKey,
  ) {}

  static async make(name: string): Promise<TestAuthority> {
    const keys = await newKeys()
    const certificate = await X509CertificateGenerator.createSelfSigned({
      ...{ serialNumber: randomBytes(15).toString('hex'), name: `CN=${name}`, keys },
      ...{ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + 3650 * DAY) },
      signingAlgorithm: SIGNING,
      extensions: [
        new BasicConstraintsExtension(true, 0, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    })
    return new TestAuthority(certificate, keys.privateKey)
  }

  /** One that was made elsewhere. */
  static of({ certificate, privateKey }: Issuer): TestAuthority {
    return new TestAuthority(certificate, privateKey)
  }

  get pem(): string {
    return this.certificate.toString('pem')
  }

  async issue(wish: Wish = {}): Promise<ClientPair> {
    const { name = 'station', notBefore = Date.now() - 60_000, notAfter = Date.now() + DAY } = wish
    const {
      serial = `4${randomBytes(16).toString('hex').slice(1)}`,
      usages = [ExtendedKeyUsage.clientAuth],
    } = wish
    const keys = await newKeys()
    const certificate = await X509CertificateGenerator.create({
      ...{ serialNumber: serial, subject: `CN=${name}`, issuer: this.certificate.subject },
      ...{ notBefore: new Date(notBefore), notAfter: new Date(notAfter) },
      ...{ signingKey: this.key, publicKey: keys.publicKey, signingAlgorithm: SIGNING },
      extensions: [
        new BasicConstraintsExtension(false, undefined, true),
        new ExtendedKeyUsageExtension([...usages], true),
      ],
    })
    const key = pemOf(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY')
    return { cert: certificate.toString('pem'), key, serial }
  }
}

export { ExtendedKeyUsage }

/** As files, for programs that read no other. */
export function inFiles(directory: string, { cert, key }: Pick<ClientPair, 'cert' | 'key'>) {
  const folder = mkdtempSync(path.join(directory, 'pair-'))
  const certFile = path.join(folder, 'cert.pem')
  const keyFile = path.join(folder, 'key.pem')
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  return { certFile, keyFile }
}
