/**
 * Joining the fleet: one link in, one credential out (E12). Redeem the token, wait for a person where one must approve,
 * keep the key. Each step is on disk before the next one begins, so that a kill between two changes nothing.
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises'
import type { StationGrant } from '../shared/api/fleet.js'
import { TalosError } from '../shared/errors.js'
import { parseSecret } from '../shared/secrets.js'
import type { AgentConfig } from './config.js'
import {
  type Credential,
  credentialPath,
  credentialSchema,
  isSafeUrl,
  loadCredential,
  saveCredential,
} from './credential.js'
import { awaitApproval, type EnrollDeps, type Plane, redeem } from './enrollment-api.js'
import { type EnrollmentRecord, enrollmentFile } from './enrollment-file.js'
import { readIfThere } from './files.js'
import { fingerprintOf, newPrivateKey } from './key-pair.js'
import { StatusFile } from './status.js'

interface Link {
  readonly origin: string
  readonly token: string
  /** Public half of the token. */
  readonly tokenId: string
}

/**
 * Splits `<url>#<token>`. E32: the token is in the fragment, which browsers and servers do not log.
 * @throws TalosError `invalid_request` or `enrollment_token_invalid`
 */
export function parseLink(link: string): Link {
  const [address = '', token = ''] = link.trim().split('#')
  if (!isSafeUrl(address, 'https:', 'http:'))
    throw new TalosError(
      'invalid_request',
      'The enrollment link must begin with https:// (http:// only on this machine). Copy the whole link.',
    )
  const secret = parseSecret(token, 'gse')
  if (secret === null)
    throw new TalosError(
      'enrollment_token_invalid',
      'The part of the link after # is not an enrollment token. Copy the whole link, in quotes.',
    )
  return { origin: new URL(address).origin, token, tokenId: secret.id }
}

const FINAL: readonly string[] = ['enrollment_denied', 'enrollment_token_invalid']

async function planeAt({ config }: EnrollDeps, origin: string): Promise<Plane> {
  const { caFile, serverName } = config
  return {
    origin,
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
    ...(serverName === undefined ? {} : { serverName }),
  }
}

/** What this machine has begun, or null. */
async function recordOf({ config }: EnrollDeps): Promise<EnrollmentRecord | null> {
  const stored = await enrollmentFile(config.dataDir).read()
  return stored.kind === 'ok' ? stored.value : null
}

/** What is left of it once the credential is written, or there will be none: which link this was. */
const over = ({ privateKey: _, ...record }: EnrollmentRecord): EnrollmentRecord => ({
  ...record,
  pending: null,
})

const isOf = ({ origin, tokenId }: Link, record: EnrollmentRecord | null): record is EnrollmentRecord =>
  record?.url === origin && record.tokenId === tokenId

/** The credential of this machine, if it has one. @throws TalosError `config_invalid` for one that is none */
async function credentialOf({ config }: EnrollDeps): Promise<Credential | null> {
  return (await isEnrolled(config)) ? await loadCredential(credentialPath(config.dataDir)) : null
}

/**
 * The fingerprint of this machine's key pair, for the person who compares it before approving; null before `begin`, and
 * for a machine that joined before there were key pairs.
 */
export async function machineFingerprint(deps: EnrollDeps): Promise<string | null> {
  const credential = await credentialOf(deps)
  const privateKey =
    credential === null ? (await recordOf(deps))?.privateKey : credential.identity?.privateKey
  return privateKey === undefined ? null : fingerprintOf(privateKey)
}

/** Has this machine joined? */
export const isEnrolled = async ({ dataDir }: AgentConfig): Promise<boolean> =>
  (await readIfThere(credentialPath(dataDir))) !== null

/** Writes the credential, unless another process of this machine has written a newer one meanwhile. */
async function keep(deps: EnrollDeps, record: EnrollmentRecord, grant: StationGrant): Promise<Credential> {
  const { stationId, org, key, keyIssuedAt, keyRenewAt, mqttUrl, signingKeys, certificate = null } = grant
  const { url, privateKey } = record
  const parsed = credentialSchema.safeParse({
    url,
    stationId,
    org,
    key,
    keyIssuedAt,
    keyRenewAt,
    mqttUrl,
    signingKeys,
    ...(privateKey === undefined ? {} : { identity: { privateKey, certificate } }),
  })
  if (!parsed.success)
    throw new TalosError(
      'unavailable',
      `The server granted something unusable: ${parsed.error.issues.map((i) => `/${i.path.join('/')} ${i.message}`).join('; ')}`,
    )
  const there = await credentialOf(deps)
  if (there !== null && there.keyIssuedAt > keyIssuedAt) return there
  await saveCredential(credentialPath(deps.config.dataDir), parsed.data)
  return parsed.data
}

/** E20: one machine, one identity. The link that made it may be given again, and changes nothing. */
async function identityFor(link: Link, deps: EnrollDeps): Promise<Credential | null> {
  const credential = await credentialOf(deps)
  if (credential === null || isOf(link, await recordOf(deps))) return credential
  throw new TalosError(
    'conflict',
    `This machine is station ${credential.stationId} of ${credential.org} at ${credential.url} already, and stays it. ` +
      'The link was not used. To join anew, stop the agent and remove ' +
      `${credentialPath(deps.config.dataDir)}`,
  )
}

/**
 * Redeems `link`. Resolves with the credential, once it is written; with null when a person has to approve first:
 * `finish` waits for that, now or after a restart. The key is in no log.
 * @throws TalosError `enrollment_token_invalid`, `enrollment_denied`, `unavailable`, `conflict` when this machine has
 * joined with another link
 */
export async function begin(text: string, deps: EnrollDeps): Promise<Credential | null> {
  const link = parseLink(text)
  const { origin, token, tokenId } = link
  const identity = await identityFor(link, deps)
  if (identity !== null) return identity
  await mkdir(deps.config.dataDir, { recursive: true, mode: 0o700 })
  const file = enrollmentFile(deps.config.dataDir)
  const begun = await recordOf(deps)
  let record: EnrollmentRecord
  if (isOf(link, begun)) {
    if (begun.pending !== null) return null
    record = begun
  } else {
    const privateKey = newPrivateKey()
    record = { url: origin, tokenId, nonce: deps.newId(), privateKey, pending: null }
    // E29: before the first request, or a kill before its answer would leave a station without its agent.
    await file.write(record)
  }
  const answer = await redeem(deps, await planeAt(deps, origin), token, record)
  if (answer.status === 'approved') {
    const credential = await keep(deps, record, answer.grant)
    await file.write(over(record))
    return credential
  }
  const { status: _, ...pending } = answer
  await file.write({ ...record, pending })
  return null
}

/**
 * Waits until a person has approved what was begun, and writes the credential; resolves with the one that is there.
 * @throws TalosError `config_invalid` when nothing was begun, `enrollment_denied`, `enrollment_token_invalid` when nobody
 * approved in time, `unavailable`
 */
export async function finish(deps: EnrollDeps): Promise<Credential> {
  const { dataDir } = deps.config
  const identity = await credentialOf(deps)
  if (identity !== null) return identity
  const record = await recordOf(deps)
  const pending = record?.pending ?? null
  if (record === null || pending === null) return await loadCredential(credentialPath(dataDir))
  const of = { url: record.url, stationId: pending.stationId, pid: process.pid }
  const forget = () => enrollmentFile(dataDir).write(over(record))
  try {
    await new StatusFile(dataDir, of, deps.clock, deps.log).tell('pending')
    const grant = await awaitApproval(deps, await planeAt(deps, record.url), pending)
    const credential = await keep(deps, record, grant)
    await forget()
    return credential
  } catch (cause) {
    // A32: the last word was said; a service that is started again must not go on asking.
    if (cause instanceof TalosError && FINAL.includes(cause.code)) await forget()
    throw cause
  }
}

/** Joins: `begin`, and `finish` where a person has to approve. */
export const enroll = async (link: string, deps: EnrollDeps): Promise<Credential> =>
  (await begin(link, deps)) ?? (await finish(deps))
