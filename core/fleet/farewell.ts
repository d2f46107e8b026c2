/**
 * The last words to a station that was revoked: forget your plans, stop. A plan on an agent's disk is flown without any
 * network, so cutting the connection alone would leave the antenna moving for as long as plans were sent ahead.
 * @module
 */
import type { Ack } from '../../shared/messages.js'
import { signCommand, signPlan } from '../../shared/signed.js'
import { SECOND } from '../../shared/time.js'
import { topics } from '../../shared/topics.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import type { Bus } from './bus.js'

/** The cut must come within a second (B18); an agent on a good line answers in a few ms. */
const WAIT_MS = 250
/** Long enough for a clock that is somewhat off; the message travels at once or never. */
const LIFETIME_S = 60

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
    const key = context.signingKeys.current()
    const iat = Math.floor(context.clock.now() / SECOND)
    const common = { iss: 'talos-core', aud: stationId, iat, exp: iat + LIFETIME_S } as const
    for (const { contactId, seq } of plans) {
      const jti = newId(context.random)
      const jws = await signPlan({ ...common, jti, seq: seq + 1, op: 'withdraw', contactId }, key)
      bus.publish(topics.plan(org, stationId, contactId), jws)
    }
    const jti = newId(context.random)
    const stop = await signCommand({ ...common, jti, seq: 0, op: 'stop', args: {} }, key)
    const answered = ackOf(bus, stationId, jti)
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
