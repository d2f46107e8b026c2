import type { z } from 'zod'
import type { contactDetailSchema } from '../../../shared/api/contacts.js'
import type { Receipt } from '../../../shared/messages.js'
import { useApp } from '../app/app-context.js'
import { isOver } from '../logic/contact-status.js'
import { axisTop, errorPath, errorPoints } from '../logic/error-line.js'
import { codeTitle } from '../logic/failure-text.js'
import { degrees } from '../logic/number-text.js'
import { duration } from '../logic/time-text.js'

type Detail = z.infer<typeof contactDetailSchema>

function ErrorChart({ samples }: { samples: Receipt['samples'] }) {
  const points = errorPoints(samples)
  if (points.length < 2) return null
  const top = axisTop(points)
  return (
    <figure class="error-chart">
      <figcaption class="muted">Pointing error over the pass</figcaption>
      <div class="plot">
        <span class="top number muted">{degrees(top, top < 0.1 ? 2 : top < 1 ? 1 : 0)}</span>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`Pointing error, at most ${degrees(top)}`}
        >
          <path d={errorPath(points, top)} vector-effect="non-scaling-stroke" />
        </svg>
      </div>
    </figure>
  )
}

const OUTCOMES: Readonly<Record<Receipt['outcome'], string>> = {
  completed: 'The whole pass was followed.',
  partial: 'A part of the pass was followed.',
  missed: 'The pass was missed.',
  failed: 'The pass failed at the station.',
}

/** How the pass went, as the agent saw it. */
export function ContactReceipt({ contact }: { contact: Detail }) {
  const now = useApp().clock.second.value
  const { receipt } = contact
  if (receipt === null && !isOver(contact) && now < Date.parse(contact.los)) return null
  return (
    <section class="card" aria-labelledby="receipt">
      <div class="card-head">
        <h2 id="receipt">How it went</h2>
      </div>
      <div class="card-body">
        {receipt === null ? (
          <p class="muted">
            {isOver(contact)
              ? `The station sent no receipt. ${codeTitle(contact.cause)}.`
              : 'The pass is over; the receipt of the station has not come yet.'}
          </p>
        ) : (
          <>
            <p class="receipt-line">
              {OUTCOMES[receipt.outcome]} {receipt.code !== null && `${codeTitle(receipt.code)}.`}
            </p>
            <dl class="facts">
              <dt>On target</dt>
              <dd>
                {duration(receipt.onTargetS)} of{' '}
                {duration((Date.parse(contact.los) - Date.parse(contact.aos)) / 1000)}
              </dd>
              <dt>Measured for</dt>
              <dd>{duration(receipt.trackedS)}</dd>
              <dt>Error, RMS</dt>
              <dd>{degrees(receipt.rmsErrDeg)}</dd>
              <dt>Error, most</dt>
              <dd>{degrees(receipt.maxErrDeg)}</dd>
              <dt>Without a link</dt>
              <dd>{duration(receipt.autonomyS)}</dd>
            </dl>
            <ErrorChart samples={receipt.samples} />
          </>
        )}
      </div>
    </section>
  )
}
