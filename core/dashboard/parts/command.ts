/**
 * Sending a command to a station and saying what became of it.
 * @module
 */
import { useCallback, useRef, useState } from 'preact/hooks'
import { commandSchemaOut } from '../../../shared/api/fleet.js'
import type { CommandRequest } from '../../../shared/signed.js'
import { useApp, useFleet } from '../app/app-context.js'
import { type Failure, failureOf } from '../logic/failure-text.js'

export type Outcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'sending'; readonly op: CommandRequest['op'] }
  /** `ms`: from the press to the acknowledgement of the station. */
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
        .then((record) =>
          say({ kind: 'answered', op, done: record.result === 'done', ms: performance.now() - startedAt }),
        )
        .catch((error: unknown) => say({ kind: 'failed', op, failure: failureOf(error) }))
    },
    [api, org, stationId],
  )
  return { outcome, send }
}
