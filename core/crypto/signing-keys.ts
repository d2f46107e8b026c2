/**
 * The Ed25519 keys that sign commands and plans. Private halves are sealed at rest; agents pin the public ones. A new key
 * is announced before it signs; the former stays pinned until all that it signed is over (O17).
 * @module
 */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, importPKCS8 } from 'jose'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { MAX_PINNED_KEYS, type PublicKey, publicKeySchema, type SigningKey } from '../../shared/signed.js'
import type { Clock } from '../../shared/time.js'
import { holdLock } from '../locks.js'
import type { Tx } from '../ports.js'
import type { Sealer } from './seal.js'
import { signingKeyPlace } from './seal-anew.js'

const newPair = promisify(generateKeyPair)

export interface KnownKey extends SigningKey {
  readonly publicKey: PublicKey
  /** Epoch ms. */
  readonly createdAt: number
  /** Epoch ms from which it signs. */
  readonly activeAt: number
}

export class SigningKeys {
  /** The newest first. */
  #keys: readonly KnownKey[] = []

  constructor(
    private readonly prisma: PrismaClient,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
  ) {}

  /**
   * Loads the keys; makes the first.
   * @throws TalosError `master_key_wrong` when one does not open
   */
  async start(): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signingKey')
      if ((await live(tx)).length === 0) await this.make(tx, this.clock.now())
    })
    await this.reload()
  }

  /** Reads them anew, after one was made or retired. */
  async reload(): Promise<void> {
    const rows = await live(this.prisma)
    this.#keys = await Promise.all(
      rows.map(async ({ kid, sealed, publicKey, createdAt, activeAt }) => ({
        kid,
        privateKey: await importPKCS8(
          this.sealer.open(sealed, signingKeyPlace(kid)).toString('utf8'),
          'EdDSA',
        ),
        publicKey: publicKeySchema.parse(publicKey),
        createdAt: createdAt.getTime(),
        activeAt: activeAt.getTime(),
      })),
    )
  }

  /** The key that signs now: the newest whose time has come. */
  current(): SigningKey {
    const now = this.clock.now()
    const key = this.#keys.find(({ activeAt }) => activeAt <= now) ?? this.#keys.at(-1)
    if (key === undefined) throw new Error('the signing keys have not been started')
    return key
  }

  /** The newest of ours that is among these, or null: the one under which a station believes us. */
  oneOf(kids: readonly string[]): SigningKey | null {
    return this.#keys.find(({ kid }) => kids.includes(kid)) ?? null
  }

  /** All that are not retired, the newest first. */
  all(): readonly KnownKey[] {
    return this.#keys
  }

  /** All that agents should pin, the newest first. */
  publicKeys(): readonly PublicKey[] {
    return this.#keys.map(({ publicKey }) => publicKey)
  }

  /** Makes a key that signs from `activeAt` on. `reload` after the commit. */
  async make(tx: Tx, activeAt: number): Promise<string> {
    const { publicKey, privateKey } = await newPair('ed25519')
    const { x } = await exportJWK(publicKey)
    const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: x ?? '' })
    const jwk = publicKeySchema.parse({ kty: 'OKP', crv: 'Ed25519', x, kid })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const sealed = this.sealer.seal(Buffer.from(pem), signingKeyPlace(kid))
    const createdAt = new Date(this.clock.now())
    await tx.signingKey.create({
      data: { kid, publicKey: jwk, sealed, createdAt, activeAt: new Date(activeAt) },
    })
    return kid
  }
}

const live = (tx: Pick<Tx, 'signingKey'>) =>
  tx.signingKey.findMany({
    where: { retiredAt: null },
    orderBy: [{ activeAt: 'desc' }, { kid: 'asc' }],
    take: MAX_PINNED_KEYS,
  })
