/**
 * Moving contacts from state to state. One statement does both the conditional update and the row of the history, so
 * that two who race have one winner and no change stands without its cause and actor.
 * @module
 */
import type { ContactState } from '../../shared/api/contacts.js'
import { iso } from '../../shared/time.js'
import type { Tx } from '../context.js'
import { OPEN_STATES, sourcesOf, TRANSITIONS } from './contact-states.js'

export interface Change {
  /** Only from these; without it, from every state that may be followed by the new one. */
  readonly from?: readonly ContactState[] | undefined
  /** A code of shared/errors.ts or a few words. */
  readonly cause: string
  /** Id of the person, station or program that moved it. */
  readonly actor: string
  /** Epoch ms. */
  readonly at: number
}

export interface Moved {
  readonly id: string
  readonly from: ContactState
}

/** Longest cause that is kept; a reason typed by a person is shorter. */
const CAUSE_LENGTH = 300

/**
 * Moves each of these contacts that stands in an allowed state; the others are left as they are, in silence.
 * @returns those that moved. They are to be announced after the commit.
 */
export async function moveContacts(
  tx: Tx,
  ids: readonly string[],
  to: ContactState,
  { from = sourcesOf(to), cause, actor, at }: Change,
): Promise<Moved[]> {
  for (const state of from)
    if (!TRANSITIONS[state].includes(to)) throw new Error(`a contact does not go from ${state} to ${to}`)
  if (ids.length === 0) return []
  const when = iso(at)
  const why = cause.slice(0, CAUSE_LENGTH)
  return await tx.$queryRaw<Moved[]>`
    WITH old AS (
      SELECT "id", "state" FROM "Contact"
       WHERE "id" = ANY(${[...ids]}::text[]) AND "state" = ANY(${[...from]}::text[])
       ORDER BY "id" FOR NO KEY UPDATE
    ), moved AS (
      UPDATE "Contact" c SET "state" = ${to}, "cause" = ${why}, "actor" = ${actor}, "updatedAt" = ${when}::timestamptz
        FROM old WHERE c."id" = old."id"
      RETURNING c."id", old."state" AS "from"
    ), history AS (
      INSERT INTO "ContactEvent" ("contactId", "at", "from", "to", "cause", "actor")
      SELECT "id", ${when}::timestamptz, "from", ${to}, ${why}, ${actor} FROM moved
    )
    SELECT "id", "from" FROM moved`
}

/** Moves one contact; the state that it left, or null when it stood in no allowed state. */
export async function transition(
  tx: Tx,
  id: string,
  to: ContactState,
  change: Change,
): Promise<ContactState | null> {
  const [moved] = await moveContacts(tx, [id], to, change)
  return moved?.from ?? null
}

/**
 * D8, E18: a station that is gone keeps no contact. Called inside the transaction that takes the station away, after
 * the update of the station's own row, which holds off a schedule that would book it meanwhile.
 * @returns the contacts that ended; they go to `Contacts.announce` after the commit
 */
export async function cancelForStation(
  tx: Tx,
  stationId: string,
  change: Omit<Change, 'from'>,
): Promise<readonly string[]> {
  const open = await tx.contact.findMany({
    where: { stationId, state: { in: [...OPEN_STATES] } },
    select: { id: true },
  })
  const moved = await moveContacts(
    tx,
    open.map(({ id }) => id),
    'cancelled',
    change,
  )
  return moved.map(({ id }) => id)
}
