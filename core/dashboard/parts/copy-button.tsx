import type { Ref } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { texts } from '../text/texts.js'

interface CopyButtonProps {
  readonly text: string
  readonly label?: string
  readonly kind?: 'primary' | 'small'
  readonly buttonRef?: Ref<HTMLButtonElement>
}

/** Copies a text with one tap and says whether it worked. */
export function CopyButton({
  text,
  label = texts.parts.copy,
  kind = 'primary',
  buttonRef = null,
}: CopyButtonProps) {
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => setSaid(null), 2500)
    return () => clearTimeout(timer)
  }, [said])
  // biome-ignore lint/correctness/useExhaustiveDependencies: of another text nothing has been said
  useEffect(() => setSaid(null), [text])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid(texts.parts.copied)
    } catch {
      setSaid(texts.parts.copyByHand)
    }
  }
  return (
    <button ref={buttonRef} type="button" class={`button ${kind}`} onClick={() => void copy()}>
      <span role="status">{said ?? label}</span>
    </button>
  )
}
