import { useState } from 'preact/hooks'
import { useApp } from '../app/app-context.js'
import type { StationEntry } from '../live/stations.js'
import { codeTitle } from '../logic/failure-text.js'
import { troubleOf } from '../logic/hold.js'
import type { Commander } from '../parts/command.js'
import { Dialog } from '../parts/dialog.js'
import { texts } from '../text/texts.js'

const words = texts.station.trouble

function ReleaseDialog({ onClose, onRelease }: { onClose: () => void; onRelease: () => void }) {
  return (
    <Dialog title={words.releaseTitle} onClose={onClose}>
      <div class="form">
        <p>{words.releaseText}</p>
        <div class="form-end">
          <button type="button" class="button" onClick={onClose}>
            {words.keep}
          </button>
          <button type="button" class="button danger" onClick={onRelease}>
            {words.releaseNow}
          </button>
        </div>
      </div>
    </Dialog>
  )
}

/** Why the station holds or is degraded, and what ends that: before all else that its page says. */
export function TroubleNote({ entry, commander }: { entry: StationEntry; commander: Commander }) {
  const { session } = useApp()
  const [releasing, setReleasing] = useState(false)
  const trouble = troubleOf(entry.live.value.state?.message)
  if (trouble === null) return null
  const mayRelease =
    trouble.ends === 'person' && session.can('configure_hardware') && session.can('command_stations')
  return (
    <div class={trouble.state === 'safe_hold' ? 'note bad station-note' : 'note warn station-note'}>
      <span class="text">
        <strong>
          {words[trouble.state]} {trouble.code === null ? words.unknown : codeTitle(trouble.code)}.
        </strong>{' '}
        <span class="detail">{words.ends[trouble.ends]}</span>
      </span>
      {mayRelease && (
        <button type="button" class="button small danger" onClick={() => setReleasing(true)}>
          {words.release}
        </button>
      )}
      {releasing && (
        <ReleaseDialog
          onClose={() => setReleasing(false)}
          onRelease={() => {
            setReleasing(false)
            commander.send({ op: 'release', args: {} })
          }}
        />
      )}
    </div>
  )
}
