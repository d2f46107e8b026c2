import { useEffect, useState } from 'preact/hooks'
import type { z } from 'zod'
import { enrollmentTokenCreated, enrollmentTokenSchema } from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { stationPath } from '../logic/route.js'
import { stationStatus } from '../logic/station-status.js'
import { span } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { CopyButton } from '../parts/copy-button.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote } from '../parts/empty.js'
import { Check, Field } from '../parts/field.js'
import { Pill } from '../parts/glyph.js'

type Created = z.infer<typeof enrollmentTokenCreated>
type Token = z.infer<typeof enrollmentTokenSchema>

const POLL_MS = 2 * SECOND

/** The token as core sees it, asked again and again while it can still change. */
function useTokenState(created: Created): Token {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [token, setToken] = useState<Token>(created.item)
  const waiting = token.state === 'active'
  useEffect(() => {
    if (!waiting) return
    const timer = setInterval(async () => {
      // A question that fails is asked again; the dialog shows the last answer.
      const next = await api
        .get(`orgs/${org}/enrollment-tokens/${created.item.id}`, enrollmentTokenSchema)
        .catch(() => null)
      if (next === null) return
      setToken(next)
      if (next.state === 'consumed') void bus.stations.load()
    }, POLL_MS)
    return () => clearInterval(timer)
  }, [api, org, bus, created, waiting])
  return token
}

/** What the token has become, with one next step (W6). */
function TokenProgress({ token, onAgain }: { token: Token; onAgain: () => void }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.second.value
  const left = Date.parse(token.expiresAt) - now
  if (token.state === 'consumed') {
    const entry = token.stationId === null ? undefined : bus.stations.find(token.stationId)
    const status =
      entry === undefined ? null : stationStatus(entry.record.value, entry.live.value, bus.hearing(now))
    return (
      <div class="note good" role="status">
        <span class="text">
          <strong>{entry?.record.value.name ?? 'The machine'} has joined.</strong>{' '}
          {status !== null && <Pill tone={status.tone} label={status.label} />}
        </span>
        {token.stationId !== null && (
          <a class="button" href={stationPath(token.stationId)}>
            Go to the station
          </a>
        )}
      </div>
    )
  }
  if (token.state === 'active' && left > 0)
    return (
      <p class="note busy" role="status">
        <span class="text">Waiting for the machine…</span>
        <span class="number">{span(left)} left</span>
      </p>
    )
  return (
    <div class="note warn" role="status">
      <span class="text">
        {token.state === 'revoked'
          ? 'The token has been revoked.'
          : 'The token has expired before a machine used it.'}
      </span>
      <button type="button" class="button small" onClick={onAgain}>
        Issue another
      </button>
    </div>
  )
}

function Issued({ created, onAgain }: { created: Created; onAgain: () => void }) {
  const token = useTokenState(created)
  return (
    <div class="form">
      <p>
        Run this on the machine beside the antenna. It works once
        {token.preApproved ? '' : ', and you approve the station afterwards'}; it is shown only here and now.
      </p>
      <code class="command">{created.command}</code>
      <CopyButton text={created.command} label="Copy the line" />
      <TokenProgress token={token} onAgain={onAgain} />
    </div>
  )
}

const TTLS = [
  [15, '15 minutes'],
  [60, '1 hour'],
  [1440, '1 day'],
  [10_080, '7 days'],
] as const

/** Issues a token and stays until the station is there (E12). */
export function EnrollDialog({ onClose }: { onClose: () => void }) {
  const { api } = useApp()
  const { org } = useFleet()
  const [name, setName] = useState('')
  const [preApproved, setPreApproved] = useState(true)
  const [ttlMinutes, setTtlMinutes] = useState<number>(15)
  const [created, setCreated] = useState<Created | null>(null)
  const act = useAct()
  const issue = () =>
    act.run(async () =>
      setCreated(
        await api.create(`orgs/${org}/enrollment-tokens`, enrollmentTokenCreated, {
          name: name.trim(),
          preApproved,
          ttlMinutes,
        }),
      ),
    )
  return (
    <Dialog title="Enroll a station" onClose={onClose}>
      {created === null ? (
        <form
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void issue()
          }}
        >
          <Field
            label="For which station or whom"
            value={name}
            onInput={setName}
            placeholder="Roof antenna, north"
            hint="A note for people; the machine tells its own name."
            maxLength={80}
            required
            autoFocus
          />
          <fieldset class="field">
            <legend class="label">Good for</legend>
            <div class="segmented">
              {TTLS.map(([minutes, label]) => (
                <button
                  key={minutes}
                  type="button"
                  aria-pressed={ttlMinutes === minutes}
                  onClick={() => setTtlMinutes(minutes)}
                >
                  {label}
                </button>
              ))}
            </div>
          </fieldset>
          <Check checked={!preApproved} onChange={(wait) => setPreApproved(!wait)}>
            Ask me again before it may join
            <span class="hint">
              The station waits until somebody approves it. Good when the link goes through other hands.
            </span>
          </Check>
          {act.failure !== null && <FailureNote failure={act.failure} />}
          <div class="form-end">
            <button type="submit" class="button primary" disabled={act.busy || name.trim() === ''}>
              Issue the token
            </button>
          </div>
        </form>
      ) : (
        <Issued created={created} onAgain={() => setCreated(null)} />
      )}
    </Dialog>
  )
}
