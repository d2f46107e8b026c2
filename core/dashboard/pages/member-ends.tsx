import { useEffect, useRef, useState } from 'preact/hooks'
import { accountSchema, type Member } from '../../../shared/api/members.js'
import { useApp, useFleet } from '../app/app-context.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'

const words = texts.people

interface Way {
  readonly label: string
  readonly text: string
  readonly run: () => Promise<unknown>
}

interface Props {
  readonly member: Member
  readonly onClose: () => void
  readonly onChanged: () => void
}

/** Disabling, leaving, deleting. What cannot be undone asks for the address first (W5). */
export function MemberEnds({ member, onClose, onChanged }: Props) {
  const { api, session } = useApp()
  const { org } = useFleet()
  const [chosen, setChosen] = useState<Way | null>(null)
  const [typed, setTyped] = useState('')
  const form = useRef<HTMLFormElement>(null)
  const act = useAct()
  // The dialog is open already, so the browser's own autofocus does nothing.
  useEffect(() => {
    if (chosen !== null) form.current?.querySelector('input')?.focus()
  }, [chosen])
  const { id, email, disabledAt } = member
  const finish = async (run: () => Promise<unknown>) => {
    const done = await act.run(run)
    if (!done) return
    if (id === session.me.value?.id) await session.load()
    onChanged()
    onClose()
  }
  const set = (verb: 'disable' | 'enable') => api.post(`users/${id}/${verb}`, accountSchema)
  const removal: Way = {
    label: words.endMembership,
    text: words.whatTheyHandedOutHere,
    run: () => api.delete(`orgs/${org}/members/${id}`),
  }
  const deletion: Way = {
    label: words.deleteForEver,
    text: words.theAccountItsPasskeysSessions,
    run: () => api.delete(`users/${id}`),
  }
  const choose = (way: Way) => {
    act.clear()
    setTyped('')
    setChosen(way)
  }
  return (
    <section class="dialog-part" aria-label={words.endingIt}>
      <h3>{words.endingIt}</h3>
      {member.mayAdminister && <p class="muted">{words.disabling}</p>}
      <div class="ways">
        {member.mayAdminister && (
          <button
            type="button"
            class={disabledAt === null ? 'button danger' : 'button'}
            disabled={act.busy}
            onClick={() => void finish(() => set(disabledAt === null ? 'disable' : 'enable'))}
          >
            {disabledAt === null ? words.disable : words.enable}
          </button>
        )}
        {[removal, ...(member.mayAdminister ? [deletion] : [])].map((way) => (
          <button
            key={way.label}
            type="button"
            class="button danger"
            aria-expanded={chosen?.label === way.label}
            onClick={() => choose(way)}
          >
            {words.asks(way.label)}
          </button>
        ))}
      </div>
      {chosen !== null && (
        <form
          ref={form}
          class="form"
          onSubmit={(event) => {
            event.preventDefault()
            void finish(chosen.run)
          }}
        >
          <p>{chosen.text}</p>
          <Field
            key={chosen.label}
            label={words.typeToConfirm(email)}
            value={typed}
            onInput={setTyped}
            autoComplete="off"
            maxLength={254}
          />
          <div class="row-end">
            <button type="button" class="button" onClick={() => setChosen(null)}>
              {words.keepIt}
            </button>
            <button type="submit" class="button danger" disabled={typed.trim() !== email || act.busy}>
              {chosen.label}
            </button>
          </div>
        </form>
      )}
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </section>
  )
}
