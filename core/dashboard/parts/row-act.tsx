import { useAct } from './act.js'
import { FailureNote } from './empty.js'

interface RowActProps {
  readonly label: string
  /** What the button says to who cannot see in which row it stands. */
  readonly of: string
  readonly work: () => Promise<unknown>
  readonly onDone: () => void
}

/** The last cell of a row: one act that ends something, and why it failed. */
export function RowAct({ label, of, work, onDone }: RowActProps) {
  const act = useAct()
  const press = async () => {
    if (await act.run(work)) onDone()
  }
  return (
    <>
      <button
        type="button"
        class="button small danger"
        aria-label={`${label} ${of}`}
        disabled={act.busy}
        onClick={() => void press()}
      >
        {label}
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </>
  )
}
