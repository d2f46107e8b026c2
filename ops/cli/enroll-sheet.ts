/**
 * The printable sheet of a roster (E10): one card a station, with its QR code and its line. One page of HTML that loads
 * nothing and runs nothing.
 * @module
 */
import { renderSVG } from 'uqr'
import type { RosterResponse } from '../../shared/api/fleet.js'
import { shortTime } from './table.js'

type Item = RosterResponse['items'][number]

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
/** Names and notes are anybody's words. */
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '')

const STYLE = `
  @page { margin: 12mm }
  body { font: 11pt/1.35 system-ui, sans-serif; margin: 0; color: #000; background: #fff }
  header { margin: 0 0 6mm }
  h1 { font-size: 15pt; margin: 0 }
  section { display: grid; grid-template-columns: 44mm 1fr; gap: 6mm; padding: 5mm 0; border-top: 1px dashed #888;
    break-inside: avoid }
  svg { width: 44mm; height: 44mm; display: block }
  h2 { font-size: 13pt; margin: 0 0 1mm }
  p { margin: 0 0 1.5mm }
  code { font: 8pt/1.3 ui-monospace, monospace; overflow-wrap: anywhere; display: block; margin: 0 0 2mm }
  .quiet { color: #444; font-size: 9pt }`

function card({ item, station, enrollUrl, command, installCommand }: Item): string {
  const { site } = station
  const place = item.name === station.name ? '' : item.name.slice(station.name.length).replace(/^,\s*/, '')
  const lines = [
    `<h2>${escaped(station.name)}</h2>`,
    place === '' ? '' : `<p>${escaped(place)}</p>`,
    item.recipient === null ? '' : `<p>For ${escaped(item.recipient)}</p>`,
    site === null ? '' : `<p class="quiet">${site.lat}°, ${site.lon}°, ${site.altM} m</p>`,
    `<p>Scan, or run on the machine beside the antenna:</p>`,
    `<code>${escaped(installCommand ?? command)}</code>`,
    `<p class="quiet">Works once, until ${shortTime(item.expiresAt)} UTC. Token ${escaped(item.keyId)}.${
      item.preApproved ? '' : ' Then somebody approves the station.'
    }</p>`,
  ]
  const qr = renderSVG(enrollUrl, { border: 2, pixelSize: 4 })
  return `<section>${qr}<div>${lines.join('')}</div></section>`
}

/** What the installer prints is to be the same. */
const checksumOf = ([first]: readonly Item[]): string =>
  first === undefined || first.agentSha256 === null
    ? ''
    : ` SHA-256 of the agent: <code>${escaped(first.agentSha256)}</code>`

/** `server`: where the stations join. `madeAt`: ISO 8601. */
export function enrollSheet({ items, batchId }: RosterResponse, server: string, madeAt: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Stations of ${escaped(server)}</title>
<style>${STYLE}
</style>
<header>
<h1>${items.length} ${items.length === 1 ? 'station' : 'stations'} of ${escaped(server)}</h1>
<p class="quiet">Made ${shortTime(madeAt)} UTC, batch ${escaped(batchId ?? '')}. Each code lets one machine in: give each to whom it
is for, and keep no copy.${checksumOf(items)}</p>
</header>
${items.map(card).join('\n')}
</html>
`
}
