/**
 * Certificates as they are made here (RFC 5280): that of an authority and those that it issues to stations.
 * @module
 */
import 'reflect-metadata'
import { createPublicKey, X509Certificate as NodeCertificate, webcrypto } from 'node:crypto'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PublicKey,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import type { Random } from '../ports.js'

const P384 = { name: 'ECDSA', namedCurve: 'P-384' } as const
const SIGNING = { name: 'ECDSA', hash: 'SHA-384' } as const
const SERIAL_BYTES = 16

/** Times, epoch ms; a certificate knows whole seconds. */
export interface Validity {
  readonly notBefore: number
  readonly notAfter: number
}

/** What signs certificates: an authority with its private key. */
export interface Issuer {
  readonly certificate: X509Certificate
  readonly privateKey: webcrypto.CryptoKey
}

export interface MadeAuthority {
  /** PEM. */
  readonly certificate: string
  /** PKCS#8 (DER): to be sealed. */
  readonly privateKey: Buffer
}

/** The URI in which a certificate names its station. */
export const stationUri = (stationId: string): string => `urn:talos:station:${stationId}`

/** 128 random bits, hex. The first byte is not zero, so that the number has one form everywhere. */
export function newSerial(random: Random): string {
  const bytes = random(SERIAL_BYTES)
  bytes[0] ||= 1
  return bytes.toString('hex')
}

/** PEM as Node and OpenSSL write it; what they cannot read does not leave this file. */
const toPem = (certificate: X509Certificate): string =>
  new NodeCertificate(Buffer.from(certificate.rawData)).toString()

/** An authority signs stations' certificates and nothing else: no other authority (path length 0), no list, no server. */
export async function makeAuthority(
  name: string,
  serial: string,
  { notBefore, notAfter }: Validity,
): Promise<MadeAuthority> {
  const keys = await webcrypto.subtle.generateKey(P384, true, ['sign', 'verify'])
  const subject = [{ CN: [name] }]
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject,
    issuer: subject,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingKey: keys.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const privateKey = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { certificate: toPem(certificate), privateKey }
}

/** An authority as it is kept, made ready to sign. */
export async function openAuthority(certificate: string, privateKey: Uint8Array): Promise<Issuer> {
  return {
    certificate: new X509Certificate(certificate),
    privateKey: await webcrypto.subtle.importKey('pkcs8', privateKey, P384, false, ['sign']),
  }
}

export interface StationSubject extends Validity {
  readonly stationId: string
  readonly serial: string
  /** SubjectPublicKeyInfo (DER) of a key that its owner has proved. */
  readonly spki: Uint8Array<ArrayBuffer>
}

/** The certificate with which a station signs in as a client, PEM. */
export async function issueClientCertificate(issuer: Issuer, subject: StationSubject): Promise<string> {
  const { stationId, serial, spki, notBefore, notAfter } = subject
  const publicKey = new PublicKey(spki)
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth], true),
    new SubjectAlternativeNameExtension([{ type: 'url', value: stationUri(stationId) }]),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer.certificate.publicKey),
  ]
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serial,
    subject: [{ CN: [stationId] }],
    issuer: issuer.certificate.subjectName,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    signingKey: issuer.privateKey,
    publicKey,
    signingAlgorithm: SIGNING,
    extensions,
  })
  return toPem(certificate)
}

/** SubjectPublicKeyInfo (DER) of the key in a certificate (PEM). */
export const spkiOf = (certificate: string): Buffer =>
  createPublicKey(certificate).export({ format: 'der', type: 'spki' })
