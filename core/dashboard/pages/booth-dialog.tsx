import { useId, useState } from 'preact/hooks'
import { countedNames, listedNames } from '../logic/booth-queue.js'
import { Choice } from '../parts/choice.js'
import { Dialog } from '../parts/dialog.js'
import { Field } from '../parts/field.js'
import { texts } from '../text/texts.js'
import { Booth, type BoothEntry } from './booth.js'

const words = texts.booth

const NAMINGS = [
  ['counted', words.counted],
  ['listed', words.fromAList],
] as const

/** Who will come to the booth; then the booth itself. */
export function BoothDialog({ onClose }: { onClose: () => void }) {
  const [naming, setNaming] = useState<'counted' | 'listed'>('counted')
  const [prefix, setPrefix] = useState(words.prefix)
  const [count, setCount] = useState('10')
  const [list, setList] = useState('')
  const [queue, setQueue] = useState<readonly BoothEntry[] | null>(null)
  const id = useId()
  if (queue !== null) return <Booth queue={queue} onClose={onClose} />
  const names = naming === 'counted' ? countedNames(prefix, Number(count)) : listedNames(list)
  return (
    <Dialog title={words.booth} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          setQueue(names.map((name) => ({ name, stationId: null, created: null })))
        }}
      >
        <p>{words.thisScreenShowsOneCode}</p>
        <Choice label={words.names} options={NAMINGS} value={naming} onChange={setNaming} />
        {naming === 'counted' ? (
          <div class="form-row">
            <Field label={words.name} value={prefix} onInput={setPrefix} maxLength={70} autoFocus />
            <Field label={words.howMany} value={count} onInput={setCount} maxLength={3} />
          </div>
        ) : (
          <div class="field">
            <label for={id}>{words.oneNameALine}</label>
            <textarea
              id={id}
              class="input"
              rows={6}
              value={list}
              spellcheck={false}
              onInput={(event) => setList(event.currentTarget.value)}
            />
          </div>
        )}
        <p class="muted">
          {names.length === 0 ? words.noNamesYet : `${names.length}: ${names[0]} to ${names.at(-1)}`}
        </p>
        <div class="form-end">
          <button type="submit" class="button primary" disabled={names.length === 0}>
            {words.begin}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
