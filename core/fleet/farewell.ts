/**
 * The last words to a station that was revoked: forget your plans, stop. A plan on an agent's disk is flown without any
 * network, so cutting the connection alone would leave the antenna moving for as long as plans were sent ahead.
 * @module
 */
import type { Ack } from '../../shared/messages.js'
import { signCommand } from '../../shared/signed.js'
import { topics } from '../../shared/topics.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { signWithdrawal } from '../planning/withdrawal.js'
import type { Bus } from './bus.js'
import { commandOf } from './issue-command.js'

/** The cut must come within a second (B18); an agent on a good line answers in a few ms. */
const WAIT_MS = 250

export interface Revoked {
  readonly org: string
  readonly stationId: string
  /** Contacts to come, called off ones too, whose plan the station may hold, and the sequence number of the newest. */
  readonly plans: readonly { readonly contactId: string; readonly seq: number }[]
}

/** Tells the station, if it is there, and waits a moment for the ack of its stop. Never throws. */
export async function sayFarewell(context: Context, bus: Bus, revoked: Revoked): Promise<void> {
  const { org, stationId, plans } = revoked
  if (!bus.isOnline(stationId)) return
  try {
    for (const { contactId, seq } of plans) {
      const jws = await signWithdrawal(context, { stationId, contactId, seq: seq + 1 })
      bus.publish(topics.plan(org, stationId, contactId), jws)
    }
    const issue = { id: newId(context.random), stationId, seq: 0, at: context.clock.now() }
    const stop = await signCommand(commandOf(issue, { op: 'stop', args: {} }), context.signingKeys.current())
    const answered = ackOf(bus, stationId, issue.id)
    bus.publish(topics.command(org, stationId, 'stop'), stop)
    await answered
  } catch (error) {
    context.log.error({ err: error, stationId }, 'a revoked station was not told to stop')
  }
}

/** Resolves with the ack of this message, or after a moment without one. */
function ackOf(bus: Bus, stationId: string, jti: string): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      unsubscribe()
      resolve()
    }
    const unsubscribe = bus.onMessage(({ topic, message }) => {
      if (topic.kind === 'ack' && topic.sid === stationId && (message as Ack).jti === jti) end()
    })
    const timer = setTimeout(end, WAIT_MS)
  })
}
