/**
 * Commands and plans are compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037): whoever carries them, broker
 * included, can drop or delay them and nothing else. Works in Node and in the browser.
 * @module
 */
import { CompactSign, type CryptoKey, compactVerify, decodeProtectedHeader, errors, type JWK } from 'jose'
import { z } from 'zod'
import { TalosError } from './errors.js'
import { idSchema, planSchema } from './messages.js'
import type { CommandChannel } from './topics.js'

export const COMMAND_TYP = 'talos-cmd+jws'
export const PLAN_TYP = 'talos-plan+jws'
const ALG = 'EdDSA'

/** The `kid` of a signing key: its thumbprint (RFC 7638). */
export const kidSchema = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/)

/** A public Ed25519 key as an agent pins it (RFC 8037). */
export const publicKeySchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  kid: kidSchema,
})
export type PublicKey = z.infer<typeof publicKeySchema>

/** What a station pins at most: the one that signs, its successor, and those whose plans may still be stored. */
export const MAX_PINNED_KEYS = 8

const angle = z.number().min(-720).max(1080)
const args = {
  move: z.strictObject({ az: angle, el: z.number().min(-90).max(180) }),
  stop: z.strictObject({}),
  park: z.strictObject({}),
  /** Narrower limits than the local ones, until the agent restarts or they are given anew. */
  limits: z.strictObject({ azMin: angle, azMax: angle, elMin: angle, elMax: angle }),
  /** Ends a safe hold. */
  release: z.strictObject({}),
  /** Ask for a new key of your own (E30). Core alone says it. */
  rotate: z.strictObject({}),
  /** Pin these keys and no others (O17). Core alone says it; the list holds the key under which it is signed. */
  keys: z.strictObject({ keys: z.array(publicKeySchema).min(1).max(MAX_PINNED_KEYS) }),
} as const

/** On which `cmd/` channel each operation travels. */
export const OP_CHANNEL = {
  move: 'rot',
  stop: 'stop',
  park: 'park',
  limits: 'config',
  release: 'config',
  keys: 'config',
  rotate: 'config',
} as const satisfies Record<keyof typeof args, CommandChannel>

/** What is asked: the operation and its arguments. Also the body of `POST .../commands`. */
export const commandRequestSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('move'), args: args.move }),
  z.strictObject({ op: z.literal('stop'), args: args.stop.default({}) }),
  z.strictObject({ op: z.literal('park'), args: args.park.default({}) }),
  z.strictObject({ op: z.literal('limits'), args: args.limits }),
  z.strictObject({ op: z.literal('release'), args: args.release.default({}) }),
])
export type CommandRequest = z.infer<typeof commandRequestSchema>
/** What a person or a program may ask for. */
export type CommandOp = CommandRequest['op']

/** Times in seconds since the epoch, as in a JWT (A34). */
const claims = {
  iss: z.literal('talos-core'),
  /** The station's id. */
  aud: idSchema,
  jti: idSchema,
  /** Rises with each message to this station; a lower one is refused, except for `stop`. */
  seq: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  iat: z.number().min(0),
  exp: z.number().min(0),
}

export const commandSchema = z.discriminatedUnion('op', [
  z.strictObject({ ...claims, op: z.literal('move'), args: args.move }),
  z.strictObject({ ...claims, op: z.literal('stop'), args: args.stop }),
  z.strictObject({ ...claims, op: z.literal('park'), args: args.park }),
  z.strictObject({ ...claims, op: z.literal('limits'), args: args.limits }),
  z.strictObject({ ...claims, op: z.literal('release'), args: args.release }),
  z.strictObject({ ...claims, op: z.literal('keys'), args: args.keys }),
  z.strictObject({ ...claims, op: z.literal('rotate'), args: args.rotate }),
])
export type Command = z.infer<typeof commandSchema>

/** `seq` rises with each plan of one contact: the same or a lower one changes nothing. */
export const planMessageSchema = z.discriminatedUnion('op', [
  z.strictObject({ ...claims, op: z.literal('plan'), plan: planSchema }),
  z.strictObject({ ...claims, op: z.literal('withdraw'), contactId: idSchema }),
])
export type PlanMessage = z.infer<typeof planMessageSchema>

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
}

async function sign(payload: unknown, typ: string, key: SigningKey): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: ALG, typ, kid: key.kid })
    .sign(key.privateKey)
}

/** Signs a command. The payload is parsed first: nothing leaves that its reader would refuse (B26). */
export const signCommand = (command: Command, key: SigningKey): Promise<string> =>
  sign(commandSchema.parse(command), COMMAND_TYP, key)

/** Signs a plan or its withdrawal. */
export const signPlan = (message: PlanMessage, key: SigningKey): Promise<string> =>
  sign(planMessageSchema.parse(message), PLAN_TYP, key)

/**
 * Verifies under the pinned keys, then parses. `typ` and algorithm are fixed: a plan is no command (B17).
 * @throws TalosError `signature_invalid` or `malformed`; the latter with the offending field.
 */
async function verify<T extends z.ZodType>(
  jws: string,
  typ: string,
  keys: readonly PublicKey[],
  schema: T,
): Promise<z.infer<T>> {
  let payload: Uint8Array
  try {
    const result = await compactVerify(
      jws,
      (header): JWK => {
        const key = keys.find((k) => k.kid === header.kid)
        if (key === undefined || header.typ !== typ) throw new errors.JWSInvalid('unknown key or type')
        return key
      },
      { algorithms: [ALG] },
    )
    payload = result.payload
  } catch (cause) {
    throw new TalosError(
      'signature_invalid',
      `The signature of this ${typ} does not verify under a pinned key.`,
      { cause },
    )
  }
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch (cause) {
    throw new TalosError('malformed', 'The signed payload is not JSON.', { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new TalosError(
    issue?.code === 'invalid_union' && issue.path[0] === 'op' ? 'unknown_op' : 'malformed',
    `/${(issue?.path ?? []).join('/')}: ${issue?.message ?? 'does not fit its schema'}`,
  )
}

export const verifyCommand = (jws: string, keys: readonly PublicKey[]): Promise<Command> =>
  verify(jws, COMMAND_TYP, keys, commandSchema)

export const verifyPlan = (jws: string, keys: readonly PublicKey[]): Promise<PlanMessage> =>
  verify(jws, PLAN_TYP, keys, planMessageSchema)

/** The `kid` under which a message that verified was signed. */
export const signerOf = (jws: string): string => kidSchema.parse(decodeProtectedHeader(jws).kid)
