import type { ComponentChildren } from 'preact'
import type { Failure } from '../logic/failure-text.js'
import { texts } from '../text/texts.js'

interface EmptyProps {
  readonly title: string
  readonly text: string
  /** The one next step (W6). */
  readonly next?: ComponentChildren
}

export const Empty = ({ title, text, next }: EmptyProps) => (
  <div class="empty">
    <h2>{title}</h2>
    <p>{text}</p>
    {next !== undefined && <div class="next">{next}</div>}
  </div>
)

/** Something failed: what, why, and one way on. */
export const FailureNote = ({ failure, retry }: { failure: Failure; retry?: (() => void) | undefined }) => (
  <div class="note bad" role="alert">
    <div class="text">
      <strong>{failure.title}.</strong> <span class="detail">{failure.detail}</span>
    </div>
    {/* What one may not do, one may not do a moment later either. */}
    {retry !== undefined && failure.code !== 'forbidden' && (
      <button type="button" class="button small" onClick={retry}>
        {texts.parts.tryAgain}
      </button>
    )}
  </div>
)

export const Loading = () => (
  <p class="loading" role="status">
    {texts.parts.loading}
  </p>
)
