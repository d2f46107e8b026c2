/**
 * How a station goes over from one key pair to the next: the former signs the latter.
 * @module
 */
import { z } from 'zod'

const base64 = z
  .string()
  .max(600)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/)

export const keyHandoverSchema = z.strictObject({
  /** The former public key: SubjectPublicKeyInfo (DER), base64. */
  spki: base64,
  /** Its signature over `handoverText`: ECDSA with SHA-384 (DER) or Ed25519, base64. */
  signature: base64,
})
export type KeyHandover = z.infer<typeof keyHandoverSchema>

/** What the former key signs. `fingerprint`: of the next one. */
export const handoverText = (stationId: string, fingerprint: string): string =>
  `talos key handover\n${stationId}\n${fingerprint}\n`
