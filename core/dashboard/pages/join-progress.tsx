import { useApp, useFleet } from '../app/app-context.js'
import type { Joining } from '../live/joining.js'
import type { StationEntry } from '../live/stations.js'
import type { JoinStep } from '../logic/join-step.js'
import { stationPath } from '../logic/route.js'
import { stationStatus } from '../logic/station-status.js'
import { useFocus } from '../parts/focus.js'
import { Pill } from '../parts/glyph.js'
import { TickIcon } from '../parts/icons.js'
import { texts } from '../text/texts.js'
import { StationApproval } from './station-approval.js'

const words = texts.enroll

/** What each step says; told to who listens when it changes. */
export const STEP_TEXT: Readonly<Record<JoinStep, string>> = {
  waiting: words.waitingForTheMachine,
  asks: words.theMachineIsThereAnd,
  joined: words.itHasJoinedWaitingUntil,
  up: words.itIsUp,
  rejected: words.theMachineHasBeenTurned,
  expired: words.theLinkHasExpiredBefore,
  revoked: words.theLinkHasBeenRevoked,
}

/** The way on, where the focus is once all else is gone. */
function GoThere({ entry }: { entry: StationEntry }) {
  const link = useFocus<HTMLAnchorElement>()
  return (
    <a ref={link} class="button primary" href={stationPath(entry.id)}>
      {words.goToTheStation}
    </a>
  )
}

/** The green moment. */
function Up({ joining }: { joining: Joining }) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const { entry } = joining
  if (entry === undefined) return null
  const status = stationStatus(entry.record.value, entry.live.value, bus.hearing(clock.second.value))
  return (
    <div class="came-up">
      <TickIcon />
      <strong>{words.isUp(entry.record.value.name)}</strong>
      <Pill tone={status.tone} label={status.label} />
    </div>
  )
}

interface Props {
  readonly joining: Joining
  readonly onAgain: () => void
}

/** What has become of the link, with one next step (W6). */
export function JoinProgress({ joining, onAgain }: Props) {
  const { step, entry } = joining
  const isOver = step === 'rejected' || step === 'expired' || step === 'revoked'
  return (
    <>
      <div role="status">
        {step === 'up' ? (
          <Up joining={joining} />
        ) : (
          <p class={isOver ? 'note warn' : 'note busy'}>{STEP_TEXT[step]}</p>
        )}
      </div>
      {step === 'asks' && entry !== undefined && <StationApproval entry={entry} />}
      {isOver && (
        <div class="form-end">
          <button type="button" class="button primary" onClick={onAgain}>
            {words.makeANewOne}
          </button>
        </div>
      )}
      {step === 'up' && entry !== undefined && (
        <div class="form-end">
          <button type="button" class="button" onClick={onAgain}>
            {words.addAnother}
          </button>
          <GoThere entry={entry} />
        </div>
      )}
    </>
  )
}
