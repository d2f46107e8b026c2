/**
 * The sets that are kept of a satellite, and how far each moved it: how far the newest can be trusted.
 * @module
 */
import type { ElementHistoryItem } from '../../shared/api/elements.js'
import { TalosError } from '../../shared/errors.js'
import { ommSchema } from '../../shared/messages.js'
import { differenceOf } from '../../shared/orbit/difference.js'
import type { Context } from '../context.js'

/** CelesTrak has two or three new sets of an object a day, and a month is kept. */
const MOST = 200

export class ElementHistory {
  constructor(private readonly context: Context) {}

  /** The newest first. @throws TalosError `not_found` */
  async of(satelliteId: string): Promise<ElementHistoryItem[]> {
    const rows = await this.context.prisma.elementSet.findMany({
      where: { satelliteId },
      orderBy: [{ epoch: 'desc' }, { receivedAt: 'desc' }, { id: 'asc' }],
      take: MOST,
      include: { satellite: { select: { id: true } } },
    })
    if (rows.length === 0)
      throw new TalosError(
        'not_found',
        `There are no elements of satellite ${satelliteId}. Import them first.`,
      )
    const sets = rows.map((row) => ommSchema.parse(row.omm))
    return rows.map((row, i) => {
      const [set, before] = [sets[i], sets[i + 1]]
      return {
        elementsHash: row.hash,
        epoch: row.epoch.toISOString(),
        receivedAt: row.receivedAt.toISOString(),
        source: row.source,
        current: row.satellite !== null,
        drift: set === undefined || before === undefined ? null : differenceOf(before, set),
      }
    })
  }
}
