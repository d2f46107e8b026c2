import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { texts } from '../text/texts.js'
import { CloseIcon } from './icons.js'
import { StopInDialog } from './stop-button.js'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  /** Asked before a person closes it; `false` keeps it open. Whoever presses Escape twice in a row is not asked twice. */
  readonly mayClose?: () => boolean
  /** Nothing in it can be lost: a press beside it closes it. */
  readonly isLight?: boolean
  /** For rules of its own. */
  readonly kind?: string
  readonly children: ComponentChildren
}

/**
 * A modal dialog of the browser's own: it keeps the focus inside, and Escape closes it. The focus goes back to what it
 * was on: the browser does that only for a dialog that closes before it is taken out of the page.
 */
export function Dialog({ title, onClose, mayClose, isLight = false, kind, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const isShown = useRef(true)
  // As it was when the dialog was asked for: an effect comes late on a busy machine.
  const opener = useRef(document.activeElement)
  // The event of a dialog that is gone comes late: it must not close the next one.
  const close = () => {
    if (isShown.current) onClose()
  }
  const ask = (event: Event) => {
    // A file picker that is left says the same, and the dialog around it hears it.
    if (event.type === 'cancel' && event.target !== ref.current) return
    if (mayClose?.() === false) event.preventDefault()
    else close()
  }
  useEffect(() => {
    isShown.current = true
    const dialog = ref.current
    dialog?.showModal()
    return () => {
      isShown.current = false
      dialog?.close()
      const before = opener.current
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      class={kind}
      {...(isLight ? { closedby: 'any' } : {})}
      aria-labelledby={id}
      onCancel={ask}
      onClose={close}
    >
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="icon-button" aria-label={texts.parts.close} onClick={ask}>
          <CloseIcon />
        </button>
      </div>
      <StopInDialog />
      <div class="dialog-body">{children}</div>
    </dialog>
  )
}
