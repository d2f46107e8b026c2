/**
 * The station's identity on disk: made at enrollment, read at start, never printed (G3).
 * @module
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { issuedCertificateSchema } from '../shared/api/certificates.js'
import { slugSchema } from '../shared/api/common.js'
import { stationKeyGrantSchema } from '../shared/api/station-keys.js'
import { TalosError } from '../shared/errors.js'
import { isLoopback } from '../shared/loopback.js'
import { idSchema, isoTime } from '../shared/messages.js'
import { parseSecret } from '../shared/secrets.js'
import { MAX_PINNED_KEYS, publicKeySchema } from '../shared/signed.js'
import { readIfThere, writeAtomic } from './files.js'
import { privateKeySchema } from './key-pair.js'

/**
 * Scheme, host, port, path. No user before an @ and no backslash: MQTT.js reads `mqtt://evil\@127.0.0.1` as the host
 * «evil», where the URL standard sees this machine.
 */
const PLAIN_FORM = /^[a-z]+:\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?(?:\/[^\\@\s]*)?$/i

/** G4: TLS, or a plain connection that does not leave the machine. */
export function isSafeUrl(text: string, secure: string, plain: string): boolean {
  if (!PLAIN_FORM.test(text) || !URL.canParse(text)) return false
  const url = new URL(text)
  return url.protocol === secure || (url.protocol === plain && isLoopback(url.hostname))
}

const keySchema = z
  .string()
  .max(100)
  .refine((key) => parseSecret(key, 'gsk') !== null, 'is not a station key')

const identitySchema = z.strictObject({
  privateKey: privateKeySchema,
  certificate: issuedCertificateSchema.nullable(),
})
export type Identity = z.infer<typeof identitySchema>

export const credentialSchema = z.strictObject({
  /** Origin of the control plane's HTTP API. */
  url: z
    .string()
    .max(500)
    .refine((u) => isSafeUrl(u, 'https:', 'http:'), 'must be https, or http on this machine'),
  mqttUrl: z
    .string()
    .max(500)
    .refine((u) => isSafeUrl(u, 'mqtts:', 'mqtt:'), 'must be mqtts, or mqtt on this machine'),
  org: slugSchema,
  stationId: idSchema,
  key: keySchema,
  keyIssuedAt: isoTime,
  /** E30: from then on the agent asks for the next key; none in a credential of before rotation. */
  keyRenewAt: isoTime.optional(),
  /** The next key, from when it was given until the broker has taken it. */
  nextKey: stationKeyGrantSchema.extend({ key: keySchema }).optional(),
  /** The key pair that this machine made, and the certificate for it; none in a credential of before certificates. */
  identity: identitySchema.optional(),
  /** The next pair, from before it is asked for until the broker has taken its certificate. */
  nextIdentity: identitySchema.optional(),
  /** The public keys that this station obeys, pinned at enrollment and by those who were. */
  signingKeys: z.array(publicKeySchema).min(1).max(MAX_PINNED_KEYS),
})
export type Credential = Readonly<z.infer<typeof credentialSchema>>

export const credentialPath = (dataDir: string): string => join(dataDir, 'credential.json')

const OTHERS = 0o077

/**
 * Reads the credential. G3: no key, no start; a file that others can read is no secret.
 * @throws TalosError `config_invalid`
 */
export async function loadCredential(path: string): Promise<Credential> {
  const text = await readIfThere(path)
  if (text === null)
    throw new TalosError(
      'config_invalid',
      `There is no credential at ${path}. Join first: talos agent enroll '<link>'`,
    )
  const { mode } = await stat(path)
  if ((mode & OTHERS) !== 0)
    throw new TalosError(
      'config_invalid',
      `${path} has mode ${(mode & 0o777).toString(8)}: others can read the key. Run: chmod 600 ${path}`,
    )
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TalosError('config_invalid', `${path} is not JSON. Enroll again.`, { cause })
  }
  const parsed = credentialSchema.safeParse(value)
  if (parsed.success) return Object.freeze(parsed.data)
  // The value is a secret: say which field, never what it holds.
  const fields = parsed.error.issues.map((issue) => `/${issue.path.join('/')} ${issue.message}`).join('; ')
  throw new TalosError('config_invalid', `${path} is not a credential: ${fields}. Enroll again.`)
}

/** Writes the credential, 0600, whole or not at all. */
export const saveCredential = (path: string, credential: Credential): Promise<void> =>
  writeAtomic(path, `${JSON.stringify(credential, null, 2)}\n`)
