import type { Tone } from '../logic/station-status.js'

/** Each tone has its own shape: no state is told by colour alone. */
const SHAPES: Readonly<Record<Tone, preact.JSX.Element>> = {
  good: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  busy: (
    <>
      <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" stroke-width="1.2" />
      <path d="M5 1.6a3.4 3.4 0 0 1 0 6.8Z" fill="currentColor" />
    </>
  ),
  calm: <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" stroke-width="1.5" />,
  quiet: <path d="M2 5h6" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" />,
  warn: <path d="M5 .8 9.6 9H.4Z" fill="currentColor" />,
  bad: <path d="M3.2.6h3.6l2.6 2.6v3.6L6.8 9.4H3.2L.6 6.8V3.2Z" fill="currentColor" />,
}

export const Glyph = ({ tone, size = 10 }: { tone: Tone; size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 10 10" aria-hidden="true">
    {SHAPES[tone]}
  </svg>
)

/** A state: shape and word. */
export const Pill = ({ tone, label, title }: { tone: Tone; label: string; title?: string | undefined }) => (
  <span class={`pill tone-${tone}`} title={title}>
    <Glyph tone={tone} />
    {label}
  </span>
)
