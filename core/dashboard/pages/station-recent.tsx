import { useSignalEffect } from '@preact/signals'
import { useMemo, useState } from 'preact/hooks'
import type { StationEntry } from '../live/stations.js'
import { degrees } from '../logic/number-text.js'
import { Recent, type RecentColumns } from '../logic/recent.js'
import { StripChart } from '../parts/strip-chart.js'
import { texts } from '../text/texts.js'

const words = texts.station.chart

const EMPTY: RecentColumns = { times: [], errDeg: [], azRate: [], elRate: [] }

/** The pointing error and the rates of both axes over the last minutes. */
export function StationRecent({ entry }: { entry: StationEntry }) {
  const recent = useMemo(() => new Recent(), [])
  const [columns, setColumns] = useState(EMPTY)
  useSignalEffect(() => {
    const { rot } = entry.live.value
    if (rot === null) return
    recent.add(rot.message, rot.at)
    setColumns(recent.columns())
  })
  const { times, errDeg, azRate, elRate } = columns
  const mount = entry.live.value.info?.message.mount ?? entry.record.value.mount
  return (
    <section class="card recent" aria-labelledby="recent">
      <div class="card-head">
        <h2 id="recent">{words.title}</h2>
      </div>
      <div class="card-body">
        <StripChart
          times={times}
          lines={[{ name: words.error, values: errDeg, colour: '--accent' }]}
          label={words.errorLabel(degrees(errDeg.at(-1)))}
        />
        <StripChart
          times={times}
          lines={[
            { name: words.azRate, values: azRate, colour: '--good' },
            { name: words.elRate, values: elRate, colour: '--warn' },
          ]}
          label={words.rateLabel(degrees(azRate.at(-1)), degrees(elRate.at(-1)))}
        />
        <p class="muted chart-note">
          {mount !== null && `${words.half(degrees(mount.beamwidth / 2, 1))} `}
          {words.empty}
        </p>
      </div>
    </section>
  )
}
