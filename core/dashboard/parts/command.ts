/**
 * Sending a command to a station and saying what became of it.
 * @module
 */
import { useCallback, useRef, useState } from 'preact/hooks'
import { commandSchemaOut, commandsResponse } from '../../../shared/api/fleet.js'
import type { CommandRequest } from '../../../shared/signed.js'
import { takenStop } from '../../../shared/stop-taken.js'
import { useApp, useFleet } from '../app/app-context.js'
import { type Failure, failureOf } from '../logic/failure-text.js'

export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly op: CommandRequest['op'] }
  /** `ms`: from the press to the first acknowledgement of the station. */
  | {
      readonly kind: 'answered'
      readonly op: CommandRequest['op']
      readonly done: boolean
      readonly ms: number
    }
  | { readonly kind: 'failed'; readonly op: CommandRequest['op']; readonly failure: Failure }

export interface Commander {
  readonly outcome: Outcome
  readonly send: (request: CommandRequest) => void
}

/** Each press sends: nothing here holds a STOP back because another command is still on its way. */
export function useCommander(stationId: string): Commander {
  const { api } = useApp()
  const { org } = useFleet()
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'none' })
  const newest = useRef(0)
  const send = useCallback(
    (request: CommandRequest) => {
      const mine = ++newest.current
      const { op } = request
      const startedAt = performance.now()
      const say = (next: Outcome) => {
        if (mine === newest.current) setOutcome(next)
      }
      say({ kind: 'sending', op })
      api
        .post(`orgs/${org}/stations/${stationId}/commands`, commandSchemaOut, request)
        .then(async (record) => {
          const ms = performance.now() - startedAt
          const tell = (done: boolean) => say({ kind: 'answered', op, done, ms })
          tell(record.result === 'done')
          if (op !== 'stop' || record.result === 'done') return
          const asked = { station: stationId, limit: 50 }
          await takenStop(record, {
            recent: async () => (await api.get(`orgs/${org}/commands`, commandsResponse, asked)).items,
            sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
          })
          tell(true)
        })
        .catch((error: unknown) => say({ kind: 'failed', op, failure: failureOf(error) }))
    },
    [api, org, stationId],
  )
  return { outcome, send }
}
