/**
 * `gsk_<keyId>_<secret>`: the keys of stations and of the director, for HTTP and MQTT alike.
 * @module
 */
import type { ServiceKey, StationKey } from '../../prisma/generated/client.js'
import { parseSecret } from '../../shared/secrets.js'
import { MINUTE } from '../../shared/time.js'
import type { Background } from '../background.js'
import type { Context } from '../context.js'
import { secretMatches } from '../crypto/secrets.js'

/** How exact `lastUsedAt` is. */
const TOUCH_MS = MINUTE

export type StationKeyRow = StationKey & {
  readonly station: { readonly id: string; readonly status: string; readonly org: { readonly slug: string } }
}

/** A key whose secret was right. Whether it is still good is for the caller to say. */
export type ProvenKey =
  | { readonly kind: 'station'; readonly row: StationKeyRow }
  | { readonly kind: 'service'; readonly row: ServiceKey }

export class MachineKeys {
  constructor(
    private readonly context: Context,
    private readonly background: Background,
  ) {}

  /**
   * B16: the row of the key id first, then one comparison in constant time. Unknown and wrong are both null, after the
   * same work.
   */
  async prove(text: string): Promise<ProvenKey | null> {
    const given = parseSecret(text, 'gsk')
    if (given === null) return null
    const { prisma } = this.context
    const [station, service] = await Promise.all([
      prisma.stationKey.findUnique({
        where: { keyId: given.id },
        include: { station: { select: { id: true, status: true, org: { select: { slug: true } } } } },
      }),
      prisma.serviceKey.findUnique({ where: { keyId: given.id } }),
    ])
    const matches = secretMatches(given.secret, station?.secretHash ?? service?.secretHash ?? null)
    if (!matches) return null
    if (station !== null) return { kind: 'station', row: station }
    return service === null ? null : { kind: 'service', row: service }
  }

  /** E33: notes the use, later and at most once a minute. */
  used(key: ProvenKey): void {
    const { prisma, clock } = this.context
    const now = clock.now()
    const { id, lastUsedAt } = key.row
    if ((lastUsedAt?.getTime() ?? 0) > now - TOUCH_MS) return
    const change = { where: { id }, data: { lastUsedAt: new Date(now) } }
    this.background.run('key last use', () =>
      key.kind === 'station' ? prisma.stationKey.updateMany(change) : prisma.serviceKey.updateMany(change),
    )
  }
}
