/**
 * Which station a redeemed token makes: the one made for it beforehand, or a new one that announces itself (E13).
 * @module
 */
import type { EnrollmentToken, Station } from '../../prisma/generated/client.js'
import type { EnrollRequest } from '../../shared/api/fleet.js'
import { TalosError } from '../../shared/errors.js'
import type { Random, Tx } from '../context.js'
import type { KeyRequest } from '../crypto/csr.js'
import { newId } from '../crypto/ids.js'
import { hasProvenItself } from './credential-use.js'
import { whyClosed } from './free-seat.js'
import { candidateNames } from './station-names.js'
import { siteOf } from './station-record.js'

/** A request to join, with the key that its sender has proved; null: it asks for no certificate. */
export interface Joining extends EnrollRequest {
  readonly key: KeyRequest | null
}

/** What the agent says of its machine. */
const machineOf = ({ mount, agent, key }: Joining, address: string) => ({
  mount,
  agentVersion: agent.version,
  hostname: agent.hostname,
  platform: agent.platform,
  // E16: the machine that comes is the one whose fingerprint a person compares.
  fingerprint: key?.fingerprint ?? null,
  address,
})

/** @throws TalosError `enrollment_denied` */
export function assertNotClosed(station: Station, now: Date): void {
  const closed = whyClosed(station, now)
  if (closed !== null)
    throw new TalosError('enrollment_denied', `The station «${station.name}» is ${closed}.`)
}

/** The station made beforehand, whose row the caller has locked. What people said of its place stands above what the agent claims. */
async function takeSeat(
  tx: Tx,
  token: EnrollmentToken,
  stationId: string,
  request: Joining,
  address: string,
  now: Date,
): Promise<Station> {
  const seat = await tx.station.findUniqueOrThrow({ where: { id: stationId } })
  assertNotClosed(seat, now)
  // E20: a former agent may have connected since the token was made.
  if (await hasProvenItself(tx, stationId))
    throw new TalosError('enrollment_denied', `The station «${seat.name}» has an agent that has connected.`)
  if (seat.credential === 'certificate' && request.key === null)
    throw new TalosError(
      'csr_refused',
      `The station «${seat.name}» signs in with a certificate only; its agent must send a csr.`,
    )
  const approve = seat.status === 'pending' && token.preApproved
  return await tx.station.update({
    where: { id: stationId },
    data: {
      ...machineOf(request, address),
      // E14: its maker and its token say the same, unless the token says otherwise.
      capabilities: token.capabilities,
      ...(siteOf(seat) === null ? request.site : {}),
      ...(approve ? { status: 'approved', approvedAt: now } : {}),
    },
  })
}

/** A new station, under the name that it gives or the token has. */
async function newSeat(
  tx: Tx,
  token: EnrollmentToken,
  request: Joining,
  address: string,
  now: Date,
  random: Random,
): Promise<Station> {
  const id = newId(random)
  for (const name of candidateNames(request.name ?? token.name, random)) {
    // ON CONFLICT DO NOTHING: a taken name must not end the transaction.
    const { count } = await tx.station.createMany({
      data: {
        ...machineOf(request, address),
        ...request.site,
        id,
        orgId: token.orgId,
        name,
        capabilities: token.capabilities,
        status: token.preApproved ? 'approved' : 'pending',
        approvedAt: token.preApproved ? now : null,
        createdAt: now,
      },
      skipDuplicates: true,
    })
    if (count === 1) break
  }
  return await tx.station.findUniqueOrThrow({ where: { id } })
}

export const seatOf = (
  tx: Tx,
  token: EnrollmentToken,
  request: Joining,
  address: string,
  now: Date,
  random: Random,
): Promise<Station> =>
  token.stationId === null
    ? newSeat(tx, token, request, address, now, random)
    : takeSeat(tx, token, token.stationId, request, address, now)
