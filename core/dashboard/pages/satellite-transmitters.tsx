import type { Transmitter } from '../../../shared/api/transmitters.js'
import { NONE } from '../logic/number-text.js'
import { bandText } from '../logic/orbit-facts.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.satellite

function Row({ transmitter: t }: { transmitter: Transmitter }) {
  const band = (low: number | null, high: number | null) => {
    const text = bandText(low, high)
    return text === null ? NONE : words.megahertz(text)
  }
  return (
    <tr>
      <td>
        {t.description}
        <span class="sub">{t.source}</span>
      </td>
      <td class="number">{band(t.downlinkLowHz, t.downlinkHighHz)}</td>
      <td class="number">{band(t.uplinkLowHz, t.uplinkHighHz)}</td>
      <td>
        {t.mode ?? NONE}
        <span class="sub">
          {[
            t.baud === null ? '' : words.baud(String(t.baud)),
            t.polarisation ?? '',
            t.invert ? words.inverting : '',
          ]
            .filter((text) => text !== '')
            .join(', ')}
        </span>
      </td>
      <td>
        <span class={t.status === 'active' ? 'badge good' : 'badge'}>
          {words.transmitterStatus[t.status]}
        </span>
      </td>
    </tr>
  )
}

/** What a satellite sends and hears on. */
export const Transmitters = ({ transmitters }: { transmitters: readonly Transmitter[] }) =>
  transmitters.length === 0 ? (
    <p class="muted">{words.transmittersNone}</p>
  ) : (
    <Table heads={words.transmitterHeads} kind="transmitters">
      {transmitters.map((t) => (
        <Row key={t.id} transmitter={t} />
      ))}
    </Table>
  )
