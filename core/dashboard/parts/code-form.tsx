import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { shortCodeSchema } from '../../../shared/api/sign-in.js'
import { texts } from '../text/texts.js'
import type { Act } from './act.js'
import { FailureNote } from './empty.js'
import { Field } from './field.js'

interface CodeFormProps {
  readonly act: Act
  readonly hint: string
  readonly submit: string
  /** Gets the eight letters. */
  readonly onCode: (code: string) => void
}

/** Takes a short code from another screen or a mail, however it is typed. */
export function CodeForm({ act, hint, submit, onCode }: CodeFormProps) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string | undefined>(undefined)
  const form = useRef<HTMLFormElement>(null)
  // Whoever came here by keyboard goes on typing; before the first paint, so that no letter is lost.
  useLayoutEffect(() => form.current?.querySelector('input')?.focus(), [])
  return (
    <form
      ref={form}
      class="form code-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const parsed = shortCodeSchema.safeParse(text)
        setWrong(parsed.success ? undefined : texts.parts.codeWrong)
        if (parsed.success) onCode(parsed.data)
      }}
    >
      <Field
        label={texts.parts.code}
        value={text}
        onInput={setText}
        hint={hint}
        wrong={wrong}
        placeholder={texts.parts.codeExample}
        autoComplete="one-time-code"
        maxLength={20}
      />
      {act.failure !== null && <FailureNote failure={act.failure} />}
      <button type="submit" class="button primary" disabled={act.busy}>
        {submit}
      </button>
    </form>
  )
}
