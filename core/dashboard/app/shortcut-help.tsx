import { GO_KEYS } from '../logic/shortcuts.js'
import { Dialog } from '../parts/dialog.js'
import { texts } from '../text/texts.js'
import { useApp } from './app-context.js'
import { goals } from './destinations.js'

const words = texts.keys

/** Keys one after the other: `g f`. */
const Keys = ({ of }: { of: string }) => (
  <>
    {of.split(' ').map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </>
)

const List = ({ title, rows }: { title: string; rows: readonly (readonly [string, string])[] }) => (
  <section>
    <h3>{title}</h3>
    <dl class="key-list">
      {rows.map(([keys, what]) => (
        <div key={keys}>
          <dt>
            <Keys of={keys} />
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  </section>
)

/** Every key that does something here. */
export function ShortcutHelp() {
  const { overlay, session } = useApp()
  const pages = goals(session).flatMap(({ page, label }) => {
    const letter = GO_KEYS[page]
    return letter === undefined ? [] : [[`g ${letter}`, label] as const]
  })
  return (
    <Dialog title={words.title} onClose={() => overlay.close()} isLight>
      <div class="form key-help">
        <List title={words.everywhere} rows={words.general} />
        <List title={words.goTo} rows={pages} />
        {session.can('command_stations') && <List title={words.atStation} rows={words.station} />}
      </div>
    </Dialog>
  )
}
