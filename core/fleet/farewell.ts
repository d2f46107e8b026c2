/**
 * The last words to a station that loses its way in: forget your plans, stop. A plan on an agent's disk is flown without
 * any network, so cutting the connection alone would leave the antenna moving for as long as plans were sent ahead. What
 * was said arrives: the broker hangs up behind it.
 * @module
 */
import type { LOCK_HEARD } from '../../shared/api/fleet.js'
import { MAX_HELD_PLANS } from '../../shared/messages.js'
import { signCommand } from '../../shared/signed.js'
import { topics } from '../../shared/topics.js'
import type { Context, Tx } from '../context.js'
import { newId } from '../crypto/ids.js'
import { signWithdrawal } from '../planning/withdrawal.js'
import type { Bus } from './bus.js'
import { commandOf } from './issue-command.js'

/** No agent holds more plans, nor hears more withdrawals at once. */
const MOST_WITHDRAWN = 2 * MAX_HELD_PLANS

/** Contacts whose plan a station may hold, and the sequence number of the newest. */
export type HeldPlans = readonly { readonly contactId: string; readonly seq: number }[]

export interface Leaving {
  /** Slug of its organisation. */
  readonly org: string
  readonly stationId: string
  readonly plans: HeldPlans
}

/**
 * What became of it: its antenna stands still, it has heard and did not say more in time, it did not answer, or it is not
 * connected: then the plans that it holds are flown until it comes back.
 */
export type Heard = (typeof LOCK_HEARD)[number]

/**
 * The plans that a station may hold, inside the transaction that called its contacts off. What was called off a moment
 * ago may still be on the agent's disk: its withdrawal comes by the director.
 * @param ended contacts that were called off just now
 */
export async function heldPlans(
  tx: Tx,
  stationId: string,
  ended: readonly string[],
  now: Date,
): Promise<HeldPlans> {
  const held = await tx.contact.findMany({
    where: { stationId, planSeq: { not: null }, OR: [{ id: { in: [...ended] } }, { los: { gt: now } }] },
    select: { id: true, planSeq: true },
    orderBy: { aos: 'asc' },
    take: MOST_WITHDRAWN,
  })
  return held.map(({ id, planSeq }) => ({ contactId: id, seq: planSeq ?? 0 }))
}

/** Tells the station, if it is there, and waits so long for its answer to the stop. Never throws. */
export async function sayFarewell(
  context: Context,
  bus: Bus,
  { org, stationId, plans }: Leaving,
  patienceMs: number,
): Promise<Heard> {
  if (!bus.isOnline(stationId)) return 'absent'
  try {
    for (const { contactId, seq } of plans) {
      const jws = await signWithdrawal(context, { stationId, contactId, seq: seq + 1 })
      bus.publish(topics.plan(org, stationId, contactId), jws)
    }
    const issue = { id: newId(context.random), stationId, seq: 0, at: context.clock.now() }
    const stop = await signCommand(commandOf(issue, { op: 'stop', args: {} }), context.signingKeys.current())
    const answer = patienceMs === 0 ? 'silent' : answerTo(bus, stationId, issue.id, patienceMs)
    bus.publish(topics.command(org, stationId, 'stop'), stop)
    return await answer
  } catch (error) {
    context.log.error({ err: error, stationId }, 'a station was not told to stop')
    return 'silent'
  }
}

function answerTo(bus: Bus, stationId: string, jti: string, patienceMs: number): Promise<Heard> {
  return new Promise((resolve) => {
    let heard: Heard = 'silent'
    const end = () => {
      clearTimeout(timer)
      unsubscribe()
      resolve(heard)
    }
    const unsubscribe = bus.onMessage(({ kind, topic, message }) => {
      if (kind !== 'ack' || topic.sid !== stationId || message.jti !== jti) return
      heard = message.result === 'done' ? 'stopped' : 'told'
      if (heard === 'stopped') end()
    })
    const timer = setTimeout(end, patienceMs)
  })
}
