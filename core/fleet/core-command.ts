/**
 * What core tells a station on its own behalf: nobody asked for it, so nothing of it is recorded. It is said again when
 * the station connects next, until the station shows that it has heard.
 * @module
 */
import { type Command, OP_CHANNEL, type SigningKey, signCommand } from '../../shared/signed.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { Bus } from './bus.js'

const LIFETIME_MS = MINUTE

type Order = Command extends infer C ? (C extends Command ? Pick<C, 'op' | 'args'> : never) : never

/** Signs and says it; does nothing for a station that is not in use any more. */
export async function sayAsCore(
  { prisma, random, clock }: Pick<Context, 'prisma' | 'random' | 'clock'>,
  bus: Pick<Bus, 'publish'>,
  { org, id: stationId }: { readonly org: string; readonly id: string },
  order: Order,
  signer: SigningKey,
): Promise<void> {
  const [row] = await prisma.station.updateManyAndReturn({
    where: { id: stationId, status: 'approved', lockedAt: null },
    data: { commandSeq: { increment: 1 } },
    select: { commandSeq: true },
  })
  if (row === undefined) return
  const now = clock.now()
  const claims = {
    iss: 'talos-core',
    aud: stationId,
    jti: newId(random),
    seq: Number(row.commandSeq),
    iat: now / SECOND,
    exp: (now + LIFETIME_MS) / SECOND,
  } as const
  const jws = await signCommand({ ...claims, ...order }, signer)
  bus.publish(topics.command(org, stationId, OP_CHANNEL[order.op]), jws, { qos: 0 })
}
