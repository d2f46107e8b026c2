/**
 * Watching a machine come in by a link that has just been made.
 * @module
 */
import { useState } from 'preact/hooks'
import type { z } from 'zod'
import {
  type EnrollmentToken,
  type enrollmentTokenCreated,
  enrollmentTokenSchema,
} from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { type JoinStep, joinStep, mayChange } from '../logic/join-step.js'
import { linkOf } from '../logic/station-live.js'
import { useEvery } from '../parts/every.js'
import type { StationEntry } from './stations.js'

/** The answer that holds the secret; it lives nowhere but in the memory of the page (E4). */
export type Created = z.infer<typeof enrollmentTokenCreated>

const POLL_MS = 1.5 * SECOND

export interface Joining {
  readonly step: JoinStep
  readonly token: EnrollmentToken
  /** The station that the link made, once it is known here. */
  readonly entry: StationEntry | undefined
}

/** Core is asked again and again for as long as something can still change; that the station is up comes over the bus. */
export function useJoining(created: Created): Joining {
  const { api, clock } = useApp()
  const { org, bus } = useFleet()
  const [token, setToken] = useState(created.item)
  const stationId = token.state === 'consumed' ? token.stationIds[0] : undefined
  const entry = stationId === undefined ? undefined : bus.stations.find(stationId)
  const record = entry?.record.value
  const station =
    entry === undefined || record === undefined
      ? null
      : { status: record.status, isOnline: record.online || linkOf(entry.live.value) === 'online' }
  const step = joinStep({ token, station }, clock.second.value)
  const look = async () => {
    if (stationId !== undefined) return await bus.stations.refresh(stationId)
    const next = await api.get(`orgs/${org}/enrollment-tokens/${token.id}`, enrollmentTokenSchema)
    const [made] = next.stationIds
    if (next.state === 'consumed' && made !== undefined) await bus.stations.refresh(made)
    setToken(next)
  }
  useEvery(POLL_MS, look, mayChange(step))
  return { step, token, entry }
}
