/**
 * `gsk_<keyId>_<secret>`: the keys of stations and of the director, for HTTP and MQTT alike.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import { parseSecret } from '../../shared/secrets.js'
import { iso, MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import { Batched } from '../batched.js'
import { Collected } from '../collected.js'
import type { Context } from '../context.js'
import { secretMatches } from '../crypto/secrets.js'
import { refusalOf, type Standing } from '../fleet/station-standing.js'

/** How exact `lastUsedAt` is. */
const TOUCH_MS = MINUTE

interface KeyRow {
  readonly keyId: string
  readonly secretHash: Uint8Array
  readonly revokedAt: Date | null
  readonly lastUsedAt: Date | null
}

/** A key whose secret was right. Whether it is still good is for the caller to say. */
export type ProvenKey =
  | {
      readonly kind: 'station'
      readonly row: KeyRow & {
        /** Null until the first CONNECT with it. */
        readonly provenAt: Date | null
        readonly station: Standing & {
          readonly id: string
          readonly credential: string
          readonly capabilities: readonly string[]
          readonly org: { readonly id: string; readonly slug: string }
        }
      }
    }
  | { readonly kind: 'service'; readonly row: KeyRow }

/** The columns of both kinds; those of a station are null for a service. */
interface FoundRow extends KeyRow, Omit<Standing, 'status'> {
  readonly provenAt: Date | null
  readonly stationId: string | null
  readonly status: string | null
  readonly credential: string | null
  readonly capabilities: readonly string[] | null
  readonly orgId: string | null
  readonly org: string | null
}

export class MachineKeys {
  readonly #rows = new Batched<ProvenKey>((keyIds) => this.#find(keyIds))
  readonly #uses: Collected<number>

  constructor(
    private readonly context: Context,
    background: Background,
  ) {
    this.#uses = new Collected('key last use', background, (uses) => this.#write(uses))
  }

  /**
   * B16: the row of the key id first, then one comparison in constant time. Unknown and wrong are both null, after the
   * same work.
   */
  async prove(text: string): Promise<ProvenKey | null> {
    const given = parseSecret(text, 'gsk')
    if (given === null) return null
    const key = await this.#rows.get(given.id)
    return secretMatches(given.secret, key?.row.secretHash ?? null) ? key : null
  }

  /**
   * Why a key whose secret was right may not be used now, or null. A holder is told that the station is out, so that its
   * agent stops knocking (B14, G9); of a key that has ended, nothing.
   * @returns TalosError `principal_revoked`, `station_locked`, `bad_credentials`
   */
  refusalOf(key: ProvenKey): TalosError | null {
    const why = key.kind === 'station' ? refusalOf(key.row.station, this.context.clock.now()) : null
    if (key.row.revokedAt === null || why?.code === 'principal_revoked') return why
    return new TalosError('bad_credentials', 'The user name or the password is wrong.')
  }

  /** E33: notes the use, later and at most once a minute. */
  used({ row }: ProvenKey): void {
    const now = this.context.clock.now()
    if ((row.lastUsedAt?.getTime() ?? 0) <= now - TOUCH_MS) this.#uses.note(row.keyId, now)
  }

  async #find(keyIds: readonly string[]): Promise<Map<string, ProvenKey>> {
    const rows = await this.context.prisma.$queryRaw<FoundRow[]>`
      SELECT k."keyId", k."secretHash", k."revokedAt", k."lastUsedAt", k."provenAt", s."id" AS "stationId",
             s."status", s."lockedAt", s."lockReason", s."expiresAt", s."credential", s."capabilities", o."id" AS "orgId", o."slug" AS "org"
        FROM "StationKey" k JOIN "Station" s ON s."id" = k."stationId" JOIN "Org" o ON o."id" = s."orgId"
       WHERE k."keyId" = ANY(${keyIds})
      UNION ALL
      SELECT "keyId", "secretHash", "revokedAt", "lastUsedAt", NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        FROM "ServiceKey" WHERE "keyId" = ANY(${keyIds})`
    return new Map(rows.map((row) => [row.keyId, toKey(row)]))
  }

  async #write(uses: ReadonlyMap<string, number>): Promise<void> {
    const keyIds = [...uses.keys()]
    const times = [...uses.values()].map(iso)
    // Locked in the order of their ids, so that two cores which write never wait for each other.
    await this.context.prisma.$executeRaw`
      WITH used AS (SELECT * FROM unnest(${keyIds}::text[], ${times}::timestamptz[]) AS u("keyId", "at")),
      service AS (
        UPDATE "ServiceKey" SET "lastUsedAt" = used."at" FROM used WHERE "ServiceKey"."keyId" = used."keyId"
      ),
      locked AS (
        SELECT "id", used."at" FROM "StationKey" JOIN used ON used."keyId" = "StationKey"."keyId"
         ORDER BY "id" FOR NO KEY UPDATE OF "StationKey"
      )
      UPDATE "StationKey" SET "lastUsedAt" = locked."at" FROM locked WHERE "StationKey"."id" = locked."id"`
  }
}

function toKey(found: FoundRow): ProvenKey {
  const { stationId: id, status, credential, capabilities, orgId, org, provenAt, ...others } = found
  const { lockedAt, lockReason, expiresAt, ...row } = others
  if (
    id === null ||
    status === null ||
    credential === null ||
    capabilities === null ||
    orgId === null ||
    org === null
  )
    return { kind: 'service', row }
  const standing = { status, lockedAt, lockReason, expiresAt }
  return {
    kind: 'station',
    row: {
      ...row,
      provenAt,
      station: { id, credential, capabilities, org: { id: orgId, slug: org }, ...standing },
    },
  }
}
