import { useId, useState } from 'preact/hooks'
import type { z } from 'zod'
import { elementsImportResponse } from '../../../shared/api/elements.js'
import { useApp } from '../app/app-context.js'
import { elementParts } from '../logic/element-parts.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { texts } from '../text/texts.js'

const words = texts.elements.file

type Result = z.infer<typeof elementsImportResponse>

const REFUSED_SHOWN = 20

function add(a: Result, b: Result): Result {
  return {
    imported: a.imported + b.imported,
    unchanged: a.unchanged + b.unchanged,
    refused: [...a.refused, ...b.refused],
  }
}

const Outcome = ({ file, result }: { file: string; result: Result }) => (
  <div role="status">
    <p class={`note ${result.refused.length > 0 ? 'warn' : 'good'}`}>
      {words.outcome(file, result.imported, result.unchanged, result.refused.length)}
    </p>
    {result.refused.length > 0 && (
      <ul class="refused">
        {result.refused.slice(0, REFUSED_SHOWN).map((r) => (
          <li key={`${r.where} ${r.name}`}>
            <strong>{r.name === '' ? r.where : `${r.name}, ${r.where}`}</strong>{' '}
            <span class="muted">{r.detail}</span>
          </li>
        ))}
        {result.refused.length > REFUSED_SHOWN && (
          <li class="muted">{words.more(result.refused.length - REFUSED_SHOWN)}</li>
        )}
      </ul>
    )}
  </div>
)

/** Reads a file of elements: OMM as JSON, TLE or 3LE. Core judges every set. */
export function ElementsImport({ onImported }: { onImported: () => void }) {
  const { api } = useApp()
  const id = useId()
  const [done, setDone] = useState<{ file: string; result: Result } | null>(null)
  const [over, setOver] = useState(false)
  const act = useAct()
  const take = async (file: File | undefined) => {
    if (file === undefined) return
    setDone(null)
    await act.run(async () => {
      const source = `upload:${file.name}`.slice(0, 100)
      let result: Result = { imported: 0, unchanged: 0, refused: [] }
      for (const text of elementParts(await file.text()))
        result = add(result, await api.post('elements/import', elementsImportResponse, { source, text }))
      setDone({ file: file.name, result })
    })
    onImported()
  }
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>{words.title}</h2>
      </div>
      <div class="card-body form">
        <label
          class={over ? 'drop over' : 'drop'}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(true)
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault()
            setOver(false)
            void take(event.dataTransfer?.files[0])
          }}
        >
          <input
            class="visually-hidden"
            type="file"
            accept=".json,.xml,.csv,.kvn,.txt,.tle,.3le,application/json,text/plain"
            disabled={act.busy}
            onChange={(event) => {
              const input = event.currentTarget
              void take(input.files?.[0]).then(() => {
                input.value = ''
              })
            }}
          />
          <span class="button">{act.busy ? words.reading : words.choose}</span>
          <span class="muted">{words.forms}</span>
        </label>
        {act.failure !== null && <FailureNote failure={act.failure} />}
        {done !== null && <Outcome file={done.file} result={done.result} />}
      </div>
    </section>
  )
}
