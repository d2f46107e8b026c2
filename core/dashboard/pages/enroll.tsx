import { useState } from 'preact/hooks'
import { useApp } from '../app/app-context.js'
import { Empty } from '../parts/empty.js'
import { PlusIcon } from '../parts/icons.js'
import { Page } from '../parts/page.js'
import { texts } from '../text/texts.js'
import { AddStation } from './add-station.js'
import { BoothDialog } from './booth-dialog.js'
import { EnrollOpen } from './enroll-open.js'
import { EnrollTokens } from './enroll-tokens.js'
import { EnrollWaiting } from './enroll-waiting.js'
import { RosterDialog } from './roster-dialog.js'

const words = texts.enroll

type Way = 'one' | 'roster' | 'booth'
const DIALOGS = { one: AddStation, roster: RosterDialog, booth: BoothDialog } as const

function Stations() {
  const { router, session } = useApp()
  const [way, setWay] = useState<Way | null>(router.search.peek() === '?add' ? 'one' : null)
  const [version, setVersion] = useState(0)
  const Open = way === null ? null : DIALOGS[way]
  return (
    <Page
      title={words.enroll}
      lead={words.aTokenLetsOneMachine}
      actions={
        <>
          {session.can('approve_stations') && (
            <button type="button" class="button" onClick={() => setWay('booth')}>
              {words.booth}
            </button>
          )}
          {session.can('update_stations') && (
            <button type="button" class="button" onClick={() => setWay('roster')}>
              {words.fromARoster}
            </button>
          )}
          <button type="button" class="button primary" onClick={() => setWay('one')}>
            <PlusIcon />
            {words.addStation}
          </button>
        </>
      }
    >
      <EnrollWaiting />
      <EnrollTokens version={version} />
      {Open !== null && (
        <Open
          onClose={() => {
            setWay(null)
            setVersion(version + 1)
          }}
        />
      )}
    </Page>
  )
}

/** Two faces: tokens for who may issue them; what to do with a link for who has opened one here. */
export function Enroll() {
  const { router, session } = useApp()
  if (router.fragment.value !== '') return <EnrollOpen />
  if (session.can('manage_enrollment_tokens')) return <Stations />
  return (
    <Page title={words.enroll}>
      <div class="card">
        <Empty title={words.youMayNotEnrollStations} text={words.askSomebodyWhoManagesEnrollment} />
      </div>
    </Page>
  )
}
