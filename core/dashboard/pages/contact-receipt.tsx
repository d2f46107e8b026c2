import type { z } from 'zod'
import type { contactDetailSchema } from '../../../shared/api/contacts.js'
import type { Receipt } from '../../../shared/messages.js'
import { useApp } from '../app/app-context.js'
import { isOver } from '../logic/contact-status.js'
import { axisTop, errorPath, errorPoints } from '../logic/error-line.js'
import { codeTitle } from '../logic/failure-text.js'
import { degrees, NONE } from '../logic/number-text.js'
import { duration } from '../logic/time-text.js'
import { texts } from '../text/texts.js'

const words = texts.contact.receipt

type Detail = z.infer<typeof contactDetailSchema>

function ErrorChart({ samples }: { samples: Receipt['samples'] }) {
  const points = errorPoints(samples)
  if (points.length < 2) return null
  const top = axisTop(points)
  return (
    <figure class="error-chart">
      <figcaption class="muted">{words.chart}</figcaption>
      <div class="plot">
        <span class="top number muted">{degrees(top, top < 0.1 ? 2 : top < 1 ? 1 : 0)}</span>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={words.chartLabel(degrees(top))}
        >
          <path d={errorPath(points, top)} vector-effect="non-scaling-stroke" />
        </svg>
      </div>
    </figure>
  )
}

/** What was expected of the plan beside what was measured. */
function Compared({ contact }: { contact: Detail }) {
  const { dryRun, receipt } = contact
  const rows = [
    [
      words.onTarget,
      dryRun === null ? NONE : duration(dryRun.onTargetS),
      receipt === null ? NONE : duration(receipt.onTargetS),
    ],
    [words.rms, degrees(dryRun?.rmsErrDeg), degrees(receipt?.rmsErrDeg)],
    [words.most, degrees(dryRun?.maxErrDeg), degrees(receipt?.maxErrDeg)],
    ...(receipt === null && dryRun !== null ? [[words.starts, String(dryRun.starts), NONE]] : []),
  ]
  const [, expected, measured] = words.heads
  return (
    <table class="compared">
      <thead>
        <tr>
          <td />
          <th scope="col">{expected}</th>
          {receipt !== null && <th scope="col">{measured}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, before, after]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{before}</td>
            {receipt !== null && <td class="number">{after}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Outcome({ contact }: { contact: Detail }) {
  const now = useApp().clock.second.value
  const { receipt } = contact
  if (receipt !== null)
    return (
      <p class="receipt-line">
        {words.outcomes[receipt.outcome]} {receipt.code !== null && words.because(codeTitle(receipt.code))}
      </p>
    )
  if (isOver(contact)) return <p class="muted">{words.none(codeTitle(contact.cause))}</p>
  return now < Date.parse(contact.los) ? null : <p class="muted">{words.late}</p>
}

/** How the pass went, as the agent saw it, beside what was expected; before it, what is expected. */
export function ContactReceipt({ contact }: { contact: Detail }) {
  const { receipt, dryRun } = contact
  return (
    <section class="card" aria-labelledby="receipt">
      <div class="card-head">
        <h2 id="receipt">{receipt === null && !isOver(contact) ? words.expectedTitle : words.title}</h2>
      </div>
      <div class="card-body">
        <Outcome contact={contact} />
        {dryRun === null && receipt === null ? (
          !isOver(contact) && <p class="muted">{words.noPlan}</p>
        ) : (
          <>
            <Compared contact={contact} />
            {dryRun !== null && <p class="muted after-facts">{words.dryRun}</p>}
          </>
        )}
        {receipt !== null && (
          <>
            <dl class="facts">
              <dt>{words.followed}</dt>
              <dd>{duration(receipt.trackedS)}</dd>
              <dt>{words.alone}</dt>
              <dd>{duration(receipt.autonomyS)}</dd>
            </dl>
            <ErrorChart samples={receipt.samples} />
          </>
        )}
      </div>
    </section>
  )
}
