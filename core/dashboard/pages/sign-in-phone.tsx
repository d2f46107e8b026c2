import { useEffect, useState } from 'preact/hooks'
import type { z } from 'zod'
import { pairStartResponse, pairWaitResponse, signInMethodsResponse } from '../../../shared/api/pairing.js'
import { TalosError } from '../../../shared/errors.js'
import { SECOND } from '../../../shared/time.js'
import { useApp } from '../app/app-context.js'
import { failureOf } from '../logic/failure-text.js'
import { asksAgain, POLL_MS, pairingEnd } from '../logic/pairing-wait.js'
import { span } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { Empty, FailureNote } from '../parts/empty.js'
import { QrCode } from '../parts/qr-code.js'
import { useResource } from '../parts/resource.js'
import { texts } from '../text/texts.js'

const words = texts.signIn

interface Started extends z.infer<typeof pairStartResponse> {
  /** Epoch ms. */
  readonly deadline: number
}

/** A35: whoever holds the phone needs no other phone. */
const isPhone = (): boolean => matchMedia('(pointer: coarse) and (width < 720px)').matches

/** Asks every two seconds until there is a session, or an answer that will not change (A32). Null while it waits. */
function useSession({ pairingId, deadline }: Started): string | null {
  const { api, clock, session } = useApp()
  const [end, setEnd] = useState<string | null>(null)
  useEffect(() => {
    let left = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async () => {
      try {
        await api.get('auth/pair/wait', pairWaitResponse, { pairing: pairingId })
        if (!left) await session.entered()
      } catch (error) {
        if (left) return
        const failure = failureOf(error)
        const status = error instanceof TalosError ? error.status : 0
        if (asksAgain({ code: failure.code, status }, clock.now(), deadline)) timer = setTimeout(ask, POLL_MS)
        else setEnd(pairingEnd(failure, clock.now() >= deadline))
      }
    }
    timer = setTimeout(ask, POLL_MS)
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [api, clock, session, pairingId, deadline])
  return end
}

function Shown({ started, onAgain, onBack }: { started: Started; onAgain: () => void; onBack: () => void }) {
  const { clock } = useApp()
  const end = useSession(started)
  if (end !== null)
    return (
      <Empty
        title={words.thisCodeHasEnded}
        text={end}
        next={
          <div class="two">
            <button type="button" class="button big" onClick={onBack}>
              {words.signInByMail}
            </button>
            <button type="button" class="button primary" onClick={onAgain}>
              {words.showANewCode}
            </button>
          </div>
        }
      />
    )
  const left = started.deadline - clock.second.value
  return (
    <>
      <h1>{words.scanThisWithYourPhone}</h1>
      <p>{words.withTheCameraOfA}</p>
      <div class="pairing">
        <QrCode text={started.qrUrl} label={words.qrCodeThatOpensThis} />
        <p class="pairing-number">
          <span class="visually-hidden">{words.theNumberIs} </span>
          <strong>{started.number}</strong>
        </p>
        <p class="number">
          <span role="status">{words.waitingForYourPhone}</span> {left > 0 && `${span(left)} left`}
        </p>
      </div>
      <button type="button" class="button big wide" onClick={onBack}>
        {words.signInByMailInstead}
      </button>
    </>
  )
}

/** The QR code of the sign-in page; nothing where it is switched off (A31), nor on a phone (A35). */
export function useSignInByPhone() {
  const { api, clock } = useApp()
  const [methods] = useResource('methods', () => api.get('auth/methods', signInMethodsResponse))
  const [started, setStarted] = useState<Started | null>(null)
  const act = useAct()
  const start = () =>
    act.run(async () => {
      const answer = await api.post('auth/pair/start', pairStartResponse)
      setStarted({ ...answer, deadline: clock.now() + answer.expiresIn * SECOND })
    })
  const offered = methods.kind === 'ready' && methods.value.pairing && !isPhone()
  return {
    /** In place of the form, once it has begun. */
    shown:
      started === null ? null : (
        <Shown
          key={started.pairingId}
          started={started}
          onAgain={() => void start()}
          onBack={() => setStarted(null)}
        />
      ),
    /** Below the form. */
    offer: offered ? (
      <div class="or">
        <button type="button" class="button big wide" disabled={act.busy} onClick={() => void start()}>
          {words.signInWithYourPhone}
        </button>
        {act.failure !== null && <FailureNote failure={act.failure} />}
      </div>
    ) : null,
  }
}
