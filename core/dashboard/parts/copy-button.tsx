import { useEffect, useState } from 'preact/hooks'

interface CopyButtonProps {
  readonly text: string
  readonly label?: string
  readonly kind?: 'primary' | 'small'
}

/** Copies a text with one tap and says whether it worked. */
export function CopyButton({ text, label = 'Copy', kind = 'primary' }: CopyButtonProps) {
  const [said, setSaid] = useState<string | null>(null)
  useEffect(() => {
    if (said === null) return
    const timer = setTimeout(() => setSaid(null), 2500)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSaid('Copied')
    } catch {
      setSaid('Select the text and copy it')
    }
  }
  return (
    <button type="button" class={`button ${kind}`} onClick={() => void copy()}>
      <span role="status">{said ?? label}</span>
    </button>
  )
}
