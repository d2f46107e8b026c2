/**
 * `gsk_<keyId>_<secret>`: the keys of stations and of the director, for HTTP and MQTT alike.
 * @module
 */
import { parseSecret } from '../../shared/secrets.js'
import { iso, MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import { Batched } from '../batched.js'
import { Collected } from '../collected.js'
import type { Context } from '../context.js'
import { secretMatches } from '../crypto/secrets.js'

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
        readonly station: {
          readonly id: string
          readonly status: string
          readonly org: { readonly slug: string }
        }
      }
    }
  | { readonly kind: 'service'; readonly row: KeyRow }

/** The columns of both kinds; those of a station are null for a service. */
interface FoundRow extends KeyRow {
  readonly stationId: string | null
  readonly status: string | null
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

  /** E33: notes the use, later and at most once a minute. */
  used({ row }: ProvenKey): void {
    const now = this.context.clock.now()
    if ((row.lastUsedAt?.getTime() ?? 0) <= now - TOUCH_MS) this.#uses.note(row.keyId, now)
  }

  async #find(keyIds: readonly string[]): Promise<Map<string, ProvenKey>> {
    const rows = await this.context.prisma.$queryRaw<FoundRow[]>`
      SELECT k."keyId", k."secretHash", k."revokedAt", k."lastUsedAt", s."id" AS "stationId", s."status", o."slug" AS "org"
        FROM "StationKey" k JOIN "Station" s ON s."id" = k."stationId" JOIN "Org" o ON o."id" = s."orgId"
       WHERE k."keyId" = ANY(${keyIds})
      UNION ALL
      SELECT "keyId", "secretHash", "revokedAt", "lastUsedAt", NULL, NULL, NULL
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

function toKey({ stationId, status, org, ...row }: FoundRow): ProvenKey {
  return stationId === null || status === null || org === null
    ? { kind: 'service', row }
    : { kind: 'station', row: { ...row, station: { id: stationId, status, org: { slug: org } } } }
}
