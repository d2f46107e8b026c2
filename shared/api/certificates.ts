/**
 * Bodies of the second credential of a station: its client certificate, and the authorities that issue it.
 * @module
 */
import { z } from 'zod'
import { keyHandoverSchema } from '../key-handover.js'
import { sha256Hex } from '../messages.js'
import { idSchema, isoTime } from './common.js'

/** With what a station signs in on the bus. */
export const STATION_CREDENTIALS = ['key', 'certificate', 'either'] as const
export const stationCredentialSchema = z.enum(STATION_CREDENTIALS)
export type StationCredential = z.infer<typeof stationCredentialSchema>

/** A serial number: 128 random bits, hex. */
export const serialSchema = z.string().regex(/^[0-9a-f]{32}$/)

/** A request for a certificate (PKCS#10) in PEM; that of a P-384 key takes 400 to 600 characters. */
export const csrSchema = z.string().max(4000)

/** E23: a certificate of a station, without the certificate itself. */
export const stationCertificateSchema = z.strictObject({
  serial: serialSchema,
  notBefore: isoTime,
  notAfter: isoTime,
  createdAt: isoTime,
  lastUsedAt: isoTime.nullable(),
  /** Its first CONNECT. Until then the one that it follows still holds (E20). */
  provenAt: isoTime.nullable(),
  revokedAt: isoTime.nullable(),
})
export type StationCertificateItem = z.infer<typeof stationCertificateSchema>

/** `POST station/certificate`: the station asks for its first certificate or for the next. */
export const certificateRequest = z.strictObject({
  csr: csrSchema,
  /** Needed when the request is for another key pair than the station is held to. */
  handover: keyHandoverSchema.optional(),
})
export type CertificateRequest = z.infer<typeof certificateRequest>

/** What a station keeps beside its private key. */
export const issuedCertificateSchema = z.strictObject({
  /** PEM: its own, then that of the authority. */
  certificate: z.string().max(8000),
  serial: serialSchema,
  notBefore: isoTime,
  notAfter: isoTime,
  /** E30: from then on the station asks for the next. */
  renewAt: isoTime,
})
export type IssuedCertificate = z.infer<typeof issuedCertificateSchema>

/** An authority whose certificates stations sign in with. */
export const certificateAuthoritySchema = z.strictObject({
  id: idSchema,
  /** SHA-256 of the certificate (DER). */
  fingerprint: sha256Hex,
  /** `former` issues no more, and what it issued still holds. */
  state: z.enum(['issuing', 'former', 'retired']),
  createdAt: isoTime,
  notAfter: isoTime,
  retiredAt: isoTime.nullable(),
  /** Certificates of this authority that are good now. */
  certificates: z.int(),
})
export type CertificateAuthorityItem = z.infer<typeof certificateAuthoritySchema>
export const certificateAuthoritiesResponse = z.strictObject({ items: z.array(certificateAuthoritySchema) })
