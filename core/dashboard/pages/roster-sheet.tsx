import type { RosterResponse } from '../../../shared/api/fleet.js'
import { coordinates } from '../logic/number-text.js'
import { utcDate, utcMinute } from '../logic/time-text.js'
import { QrCode } from '../parts/qr-code.js'

function Card({ made: { item, enrollUrl, station } }: { made: RosterResponse['items'][number] }) {
  const ends = Date.parse(item.expiresAt)
  return (
    <li class="sheet-card">
      <QrCode text={enrollUrl} label={`QR code with the link for ${station.name}`} />
      <div>
        <h3>{station.name}</h3>
        {item.recipient !== null && <p>for {item.recipient}</p>}
        {station.site !== null && (
          <p>
            {coordinates(station.site.lat, station.site.lon)}, {Math.round(station.site.altM)} m
          </p>
        )}
        <p>
          until {utcDate(ends)} {utcMinute(ends)} UTC, works once
        </p>
        <p class="mono">gse_{item.keyId}_…</p>
      </div>
    </li>
  )
}

/** One card a station; on paper there is nothing else (E10). */
export const RosterSheet = ({ items }: { items: RosterResponse['items'] }) => (
  <ul class="sheet">
    {items.map((made) => (
      <Card key={made.item.id} made={made} />
    ))}
  </ul>
)
