/**
 * The Ed25519 keys that sign commands and plans. Private halves are sealed at rest; agents pin the public ones.
 * @module
 */
import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, exportJWK, importPKCS8 } from 'jose'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { type PublicKey, publicKeySchema, type SigningKey } from '../../shared/signed.js'
import { holdLock } from '../locks.js'
import type { Tx } from '../ports.js'
import type { Sealer } from './seal.js'

const newPair = promisify(generateKeyPair)
const place = (kid: string) => `SigningKey:sealed:${kid}`

export class SigningKeys {
  #current: SigningKey | null = null
  #publicKeys: readonly PublicKey[] = []

  constructor(
    private readonly prisma: PrismaClient,
    private readonly sealer: Sealer,
  ) {}

  /**
   * Loads the keys; makes the first.
   * @throws TalosError `master_key_wrong` when the newest does not open
   */
  async start(): Promise<void> {
    const rows = await this.prisma.$transaction(async (tx) => {
      await holdLock(tx, 'signingKey')
      const found = await active(tx)
      return found.length > 0 ? found : [await this.#make(tx)]
    })
    const [newest] = rows
    if (newest === undefined) throw new Error('a signing key was made and is not there')
    const pem = this.sealer.open(newest.sealed, place(newest.kid)).toString('utf8')
    this.#current = { kid: newest.kid, privateKey: await importPKCS8(pem, 'EdDSA') }
    this.#publicKeys = rows.map((row) => publicKeySchema.parse(row.publicKey))
  }

  /** The key that signs now. */
  current(): SigningKey {
    if (this.#current === null) throw new Error('the signing keys have not been started')
    return this.#current
  }

  /** All that agents should pin, the newest first. */
  publicKeys(): readonly PublicKey[] {
    return this.#publicKeys
  }

  async #make(tx: Tx) {
    const { publicKey, privateKey } = await newPair('ed25519')
    const { x } = await exportJWK(publicKey)
    const kid = await calculateJwkThumbprint({ kty: 'OKP', crv: 'Ed25519', x: x ?? '' })
    const jwk = publicKeySchema.parse({ kty: 'OKP', crv: 'Ed25519', x, kid })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' })
    const sealed = this.sealer.seal(Buffer.from(pem), place(kid))
    return await tx.signingKey.create({ data: { kid, publicKey: jwk, sealed } })
  }
}

const active = (tx: Tx) =>
  tx.signingKey.findMany({
    where: { retiredAt: null },
    orderBy: [{ createdAt: 'desc' }, { kid: 'asc' }],
    take: 8,
  })
