import type { RosterResponse } from '../../../shared/api/fleet.js'
import { coordinates } from '../logic/number-text.js'
import { utcDate, utcMinute } from '../logic/time-text.js'
import { QrCode } from '../parts/qr-code.js'
import { texts } from '../text/texts.js'

const words = texts.roster

interface CardProps {
  readonly made: RosterResponse['items'][number]
  readonly place: string | undefined
}

function Card({ made: { item, enrollUrl, station }, place }: CardProps) {
  const ends = Date.parse(item.expiresAt)
  return (
    <li class="sheet-card">
      <QrCode text={enrollUrl} label={words.qrCodeWithTheLink(station.name)} />
      <div>
        <h3>{station.name}</h3>
        {item.recipient !== null && <p>{words.forWhom(item.recipient)}</p>}
        {place !== undefined && <p>{place}</p>}
        {station.site !== null && (
          <p>
            {coordinates(station.site.lat, station.site.lon)}, {Math.round(station.site.altM)} m
          </p>
        )}
        <p>{words.worksOnce(`${utcDate(ends)} ${utcMinute(ends)}`)}</p>
        <p class="mono">gse_{item.keyId}_…</p>
      </div>
    </li>
  )
}

/** One card a station; on paper there is nothing else (E10). */
export function RosterSheet({ made: { rows, items } }: { made: RosterResponse }) {
  const places = new Map(rows.map(({ line, place }) => [line, place]))
  return (
    <ul class="sheet">
      {items.map((made) => (
        <Card key={made.item.id} made={made} place={places.get(made.line)} />
      ))}
    </ul>
  )
}
