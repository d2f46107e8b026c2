/**
 * Ends contacts whose time has passed without anybody saying how it went.
 * @module
 */

import { type ContactState, contactStateSchema } from '../../shared/api/contacts.js'
import { SWEEPER } from '../../shared/called-off.js'
import type { ErrorCode } from '../../shared/errors.js'
import { DAY, MINUTE } from '../../shared/time.js'
import type { Context } from '../context.js'
import { OPEN_STATES } from './contact-states.js'
import type { Contacts } from './contacts.js'
import { moveContacts } from './transitions.js'

/** A station that is there reports within seconds of LOS; this leaves room for a lost connection and its return. */
export const RECEIPT_GRACE_MS = 2 * MINUTE
/** A station without a link follows its plan alone and reports when the link is back, on most sites within a day. */
export const OFFLINE_GRACE_MS = DAY

/** What is known of the station of a contact right now. */
export interface Witness {
  readonly online: boolean
  /** Since when it is there without a break, epoch ms; null: it has not said anything since it connected. */
  readonly since: number | null
  /** Does it hold a plan for the contact? Null: it has not said since it connected. */
  readonly holds: boolean | null
}

export interface Overdue {
  readonly state: ContactState
  /** Epoch ms. */
  readonly aos: number
  readonly los: number
  /** A plan was signed at some time, so that the station may have one. */
  readonly planned: boolean
}

export interface Verdict {
  readonly to: ContactState
  readonly cause: ErrorCode | 'never booked'
}

/** Pure: what becomes of a contact now, or null while its end may still be told by its station. */
export function verdict(
  { state, aos, los, planned }: Overdue,
  now: number,
  witness: Witness,
): Verdict | null {
  if (now < los) return null
  if (state === 'proposed') return { to: 'cancelled', cause: 'never booked' }
  const wasUploaded = state === 'uploaded' || state === 'prepass' || state === 'tracking'
  // A station that was there for all of the pass and got no plan has not missed it: core or the director has.
  const isOurs = witness.online && witness.since !== null && witness.since <= aos
  const unplanned =
    state === 'conflicting'
      ? ({ to: 'cancelled', cause: 'contact_conflict' } as const)
      : ({ to: isOurs ? 'failed_system' : 'missed', cause: 'plan_never_uploaded' } as const)
  // Its acknowledgement can have been lost: a signed plan may be out there and its receipt on the way.
  if (!wasUploaded && !planned) return unplanned
  const knowsNothing = witness.online && witness.holds === false && now >= los + RECEIPT_GRACE_MS
  if (!knowsNothing && now < los + OFFLINE_GRACE_MS) return null
  return wasUploaded ? { to: 'failed_station', cause: 'receipt_missing' } : unplanned
}

export class Sweep {
  constructor(
    private readonly context: Context,
    private readonly contacts: Contacts,
    private readonly witness: (stationId: string, contactId: string) => Witness,
  ) {}

  /** One round. Returns how many contacts ended. */
  async run(): Promise<number> {
    const { prisma, clock } = this.context
    const now = clock.now()
    const rows = await prisma.contact.findMany({
      where: { state: { in: [...OPEN_STATES] }, los: { lte: new Date(now) } },
      select: { id: true, stationId: true, state: true, aos: true, los: true, planSeq: true },
    })
    const groups = new Map<string, { from: ContactState; ids: string[] } & Verdict>()
    for (const row of rows) {
      const from = contactStateSchema.parse(row.state)
      const overdue = {
        state: from,
        aos: row.aos.getTime(),
        los: row.los.getTime(),
        planned: row.planSeq !== null,
      }
      const end = verdict(overdue, now, this.witness(row.stationId, row.id))
      if (end === null) continue
      const key = `${from} ${end.to} ${end.cause}`
      const group = groups.get(key) ?? { from, ...end, ids: [] }
      groups.set(key, group)
      group.ids.push(row.id)
    }
    let ended = 0
    for (const { from, to, cause, ids } of groups.values()) {
      const moved = await moveContacts(prisma, ids, to, { from: [from], cause, actor: SWEEPER, at: now })
      ended += moved.length
      await this.contacts.announce(moved.map(({ id }) => id))
    }
    return ended
  }
}
