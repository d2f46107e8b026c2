import { createContext } from 'preact'
import { useContext, useEffect, useRef } from 'preact/hooks'
import { texts } from '../text/texts.js'
import type { Commander, Outcome } from './command.js'
import { FailureNote } from './empty.js'

const words = texts.station

/** The station whose antenna can be stopped from here, for dialogs, which cover all other buttons; null: none. */
export const StopContext = createContext<Commander | null>(null)

/** Ctrl and the full stop, on a Mac with its own key: stops whatever is open and whatever is typed into. */
const isStopChord = ({ key, ctrlKey, metaKey }: KeyboardEvent): boolean => key === '.' && (ctrlKey || metaKey)

/**
 * STOP by one key. Escape is no character, so it works while somebody types; while a dialog or a menu is open it closes
 * that first, and the chord stops there, too.
 */
export function useStopKey(enabled: boolean, stop: () => void): void {
  const latest = useRef(stop)
  latest.current = stop
  useEffect(() => {
    if (!enabled) return
    const abort = new AbortController()
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.repeat) return
        const isFree = document.querySelector('dialog[open], :popover-open') === null
        if (!isStopChord(event) && !(event.key === 'Escape' && isFree)) return
        event.preventDefault()
        latest.current()
      },
      { signal: abort.signal, capture: true },
    )
    return () => abort.abort()
  }, [enabled])
}

/** Never disabled, whatever the screen believes of the station. */
export const StopButton = ({
  commander,
  isInDialog = false,
}: {
  commander: Commander
  isInDialog?: boolean
}) => (
  <button
    type="button"
    class="stop"
    aria-keyshortcuts="Escape Control+."
    title={words.stop.title}
    onClick={() => commander.send({ op: 'stop', args: {} })}
  >
    {words.stop.label}
    <kbd class="only-wide">{isInDialog ? words.stop.keyInDialog : words.stop.key}</kbd>
  </button>
)

/** What became of the last command. */
export function CommandOutcome({ outcome }: { outcome: Outcome }) {
  if (outcome.kind === 'none') return null
  const op = words.outcome.ops[outcome.op]
  if (outcome.kind === 'failed')
    return (
      <div class="outcome">
        <FailureNote
          failure={{ ...outcome.failure, title: words.outcome.failed(op, outcome.failure.title) }}
        />
      </div>
    )
  return (
    <p class="outcome muted" role="status">
      {outcome.kind === 'sending'
        ? words.outcome.sending(op)
        : words.outcome[outcome.done ? 'done' : 'accepted'](op, Math.round(outcome.ms))}
    </p>
  )
}

/** The STOP inside a dialog that was opened beside an antenna, and what became of it. */
export function StopInDialog() {
  const commander = useContext(StopContext)
  if (commander === null) return null
  return (
    <div class="dialog-stop">
      <StopButton commander={commander} isInDialog />
      {commander.outcome.kind !== 'none' && commander.outcome.op === 'stop' && (
        <CommandOutcome outcome={commander.outcome} />
      )}
    </div>
  )
}
