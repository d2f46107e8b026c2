import type { Refusal } from '../../../shared/api/schedule.js'
import { useApp, useFleet } from '../app/app-context.js'
import { stationPath } from '../logic/route.js'
import { worthText } from '../logic/schedule-gap.js'
import { utcMoment } from '../logic/time-text.js'
import { Empty } from '../parts/empty.js'
import { More } from '../parts/paged.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.schedule

interface Props {
  readonly refused: readonly Refusal[]
  readonly hasMore: boolean
  readonly onMore: () => Promise<void>
  readonly nameOf: (satelliteId: string) => string
  readonly search: string
  readonly onPick: (refusal: Refusal) => void
}

/** Passes that campaigns wanted and did not get. */
export function RefusedTable({ refused, hasMore, onMore, nameOf, search, onPick }: Props) {
  const { clock } = useApp()
  const { bus } = useFleet()
  const now = clock.now()
  const stationOf = (id: string) => bus.stations.find(id)?.record.value.name ?? id
  const wanted = search.trim().toLowerCase()
  const shown = refused.filter((r) =>
    `${nameOf(r.satelliteId)} ${r.satelliteId} ${stationOf(r.stationId)}`.toLowerCase().includes(wanted),
  )
  return (
    <section aria-labelledby="refused">
      <h2 id="refused" class="section-head">
        {words.refused.title}
      </h2>
      {shown.length === 0 ? (
        <div class="card">
          <Empty
            title={refused.length === 0 ? words.refused.none : words.refused.noneFits(search.trim())}
            text=""
          />
        </div>
      ) : (
        <>
          <p class="lead">{words.refused.lead}</p>
          <Table heads={words.refused.heads} acts kind="refused-table">
            {shown.map((r) => (
              <tr key={`${r.stationId} ${r.satelliteId} ${r.aos}`}>
                <td>{nameOf(r.satelliteId)}</td>
                <td>
                  <a href={stationPath(r.stationId)}>{stationOf(r.stationId)}</a>
                </td>
                <td class="number">{utcMoment(Date.parse(r.aos), now)}</td>
                <td>{words.rules[r.rule]}</td>
                <td class="number end only-wide">{worthText(r.worth)}</td>
                <td class="end">
                  <button type="button" class="button small" onClick={() => onPick(r)}>
                    {words.refused.why}
                  </button>
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
      {hasMore && <More label={words.refused.more} onMore={onMore} />}
    </section>
  )
}
