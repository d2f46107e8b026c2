import { useCallback, useEffect, useState } from 'preact/hooks'
import { texts } from '../text/texts.js'
import { useFocus } from './focus.js'

export interface LastChance {
  /** To be asked before closing: the first time it says no and warns. */
  readonly mayClose: () => boolean
  readonly warned: boolean
  readonly stay: () => void
}

/** E4: what is on this page can never be shown again. Closing it warns once, as does leaving the page. */
export function useLastChance(holdsSecret: boolean): LastChance {
  const [warned, setWarned] = useState(false)
  useEffect(() => {
    if (!holdsSecret) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    addEventListener('beforeunload', ask)
    return () => removeEventListener('beforeunload', ask)
  }, [holdsSecret])
  const mayClose = useCallback(() => {
    if (!holdsSecret || warned) return true
    setWarned(true)
    return false
  }, [holdsSecret, warned])
  const stay = useCallback(() => setWarned(false), [])
  return { mayClose, warned: warned && holdsSecret, stay }
}

interface LastChanceNoteProps {
  readonly chance: LastChance
  readonly text: string
  readonly onClose: () => void
}

function Warning({ chance, text, onClose }: LastChanceNoteProps) {
  // The safe answer is the one that Enter gives.
  const keep = useFocus<HTMLButtonElement>()
  return (
    <div class="note warn last-chance" role="alert">
      <span class="text">
        <strong>{texts.parts.lastChance.title}</strong> <span class="detail">{text}</span>
      </span>
      <button type="button" class="button small" onClick={onClose}>
        {texts.parts.lastChance.close}
      </button>
      <button ref={keep} type="button" class="button small primary" onClick={chance.stay}>
        {texts.parts.lastChance.keep}
      </button>
    </div>
  )
}

export const LastChanceNote = (props: LastChanceNoteProps) =>
  props.chance.warned ? <Warning {...props} /> : null
