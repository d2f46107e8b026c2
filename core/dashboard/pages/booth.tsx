import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { type EnrollmentTokenRequest, enrollmentTokenCreated } from '../../../shared/api/fleet.js'
import { SECOND } from '../../../shared/time.js'
import { useApp, useFleet } from '../app/app-context.js'
import { type Created, useJoining } from '../live/joining.js'
import { type Act, useAct } from '../parts/act.js'
import { Countdown } from '../parts/countdown.js'
import { Dialog } from '../parts/dialog.js'
import { FailureNote, Loading } from '../parts/empty.js'
import { useFullScreen } from '../parts/full-screen.js'
import { TickIcon } from '../parts/icons.js'
import { QrCode } from '../parts/qr-code.js'
import { useWakeLock } from '../parts/wake-lock.js'
import { texts } from '../text/texts.js'
import { STEP_TEXT } from './join-progress.js'
import { StationApproval } from './station-approval.js'

const words = texts.booth

export interface BoothEntry {
  readonly name: string
  /** The station that the link is for, where it is there already. */
  readonly stationId: string | null
  /** The link, where it has been made already; else it is made when its turn comes. */
  readonly created: Created | null
}

/** How long it stays green before the next code. */
const GREEN_MS = 3 * SECOND

interface TurnProps {
  readonly entry: BoothEntry
  readonly created: Created
  readonly act: Act
  readonly onNext: () => void
  readonly onAgain: () => void
}

/** One station's turn: its code, then its name in green. */
function Turn({ entry, created, act, onNext, onAgain }: TurnProps) {
  const { api } = useApp()
  const { org } = useFleet()
  const joining = useJoining(created)
  const { step } = joining
  const latest = useRef(step)
  latest.current = step
  useEffect(() => {
    if (step !== 'up') return
    const timer = setTimeout(onNext, GREEN_MS)
    return () => clearTimeout(timer)
  }, [step, onNext])
  useEffect(
    () => () => {
      // Nobody can see a code again that was made for this booth; what was made for a sheet may be on paper.
      if (latest.current === 'waiting' && created !== entry.created)
        void api.delete(`orgs/${org}/enrollment-tokens/${created.item.id}`).catch(() => undefined)
    },
    [api, org, created, entry],
  )
  const isOver = step === 'expired' || step === 'revoked' || step === 'rejected'
  return (
    <>
      {step === 'waiting' && <QrCode text={created.enrollUrl} label={words.qrCodeWithTheLink(entry.name)} />}
      <div role="status" class={step === 'up' ? 'came-up' : 'booth-said'}>
        {step === 'up' && <TickIcon size={120} />}
        <strong class="booth-name">{joining.entry?.record.value.name ?? entry.name}</strong>
        <span>{STEP_TEXT[step]}</span>
      </div>
      {step === 'waiting' && <Countdown from={created.item.createdAt} to={created.item.expiresAt} />}
      {step === 'asks' && joining.entry !== undefined && <StationApproval entry={joining.entry} />}
      {isOver && (
        <button type="button" class="button primary big" disabled={act.busy} onClick={onAgain}>
          {words.makeANewOne}
        </button>
      )}
    </>
  )
}

interface BoothProps {
  readonly queue: readonly BoothEntry[]
  readonly onClose: () => void
}

/** A screen beside a pile of machines: one code after the other (E11). */
export function Booth({ queue, onClose }: BoothProps) {
  const { api } = useApp()
  const { org } = useFleet()
  const [turn, setTurn] = useState(0)
  const [created, setCreated] = useState<Created | null>(queue[0]?.created ?? null)
  const act = useAct()
  const { run } = act
  useWakeLock()
  useFullScreen(onClose)
  const entry = queue[turn]
  const issue = useCallback(
    async (name: string, stationId: string | null) => {
      const wish: EnrollmentTokenRequest = {
        ...{ name, maxUses: 1, preApproved: true },
        // E8: whoever has a new one made at the booth sees that there was one before.
        ...(stationId === null ? {} : { stationId, confirm: true }),
      }
      await run(async () =>
        setCreated(await api.post(`orgs/${org}/enrollment-tokens`, enrollmentTokenCreated, wish)),
      )
    },
    [api, org, run],
  )
  const again = () => {
    if (entry !== undefined) void issue(entry.name, entry.stationId)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each turn
  useEffect(() => {
    if (created === null) again()
  }, [turn])
  const next = useCallback(() => {
    setCreated(queue[turn + 1]?.created ?? null)
    setTurn(turn + 1)
  }, [queue, turn])
  return (
    <Dialog
      title={entry === undefined ? words.booth : words.turn(turn + 1, queue.length)}
      onClose={onClose}
      kind="booth"
    >
      {entry === undefined ? (
        <>
          <strong class="booth-name">{words.thatWasTheLastOne}</strong>
          <button type="button" class="button primary big" onClick={onClose}>
            {words.leaveTheBooth}
          </button>
        </>
      ) : (
        <>
          {created !== null && (
            <Turn
              key={created.item.id}
              entry={entry}
              created={created}
              act={act}
              onNext={next}
              onAgain={again}
            />
          )}
          {created === null && act.failure === null && <Loading />}
          {act.failure !== null && <FailureNote failure={act.failure} retry={again} />}
          <div class="booth-end">
            <button type="button" class="button" onClick={onClose}>
              {words.leave} <kbd>{texts.parts.escape}</kbd>
            </button>
            <button type="button" class="button" onClick={next}>
              {words.skip}
            </button>
          </div>
        </>
      )}
    </Dialog>
  )
}
