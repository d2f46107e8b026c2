import { CopyButton } from './copy-button.js'

interface CopyLineProps {
  readonly text: string
  /** What the button says. */
  readonly label: string
}

/** A line for a terminal, and one tap that copies it. */
export const CopyLine = ({ text, label }: CopyLineProps) => (
  <div class="copy-line">
    <code class="command">{text}</code>
    <CopyButton text={text} label={label} />
  </div>
)
