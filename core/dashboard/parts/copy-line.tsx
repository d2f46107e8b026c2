import { CopyButton } from './copy-button.js'
import { useFocus } from './focus.js'

interface CopyLineProps {
  readonly text: string
  /** What the button says. */
  readonly label: string
}

/** A line for a terminal, and one tap that copies it. */
export function CopyLine({ text, label }: CopyLineProps) {
  // It comes in place of a form; a tap or Enter copies.
  const button = useFocus<HTMLButtonElement>()
  return (
    <div class="copy-line">
      <code class="command">{text}</code>
      <CopyButton text={text} label={label} buttonRef={button} />
    </div>
  )
}
