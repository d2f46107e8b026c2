/**
 * Enrollment tokens as people at a terminal see them.
 * @module
 */
import { renderUnicodeCompact } from 'uqr'
import type { z } from 'zod'
import type {
  EnrollmentToken,
  enrollmentTokenCreated,
  RosterResponse,
  Station,
} from '../../shared/api/fleet.js'
import { isLoopback } from '../../shared/loopback.js'
import { DAY, HOUR, MINUTE } from '../../shared/time.js'
import { shortTime, table } from './table.js'

export type TokenCreated = z.infer<typeof enrollmentTokenCreated>

/** White on black whatever the colours of the terminal, so that a camera sees the code as it is meant. */
const ON_BLACK = ['\u001b[38;5;231;48;5;16m', '\u001b[0m'] as const

/** A QR code of half blocks; two modules of quiet around it. `isTerminal`: colours may be set. */
export function qrText(content: string, isTerminal: boolean): string {
  const lines = renderUnicodeCompact(content, { border: 2 }).split('\n')
  const [on, off] = isTerminal ? ON_BLACK : ['', '']
  return lines.map((line) => `${on}${line}${off}`).join('\n')
}

/** `12 min`, `3 h`, `6 d`. */
export function spanText(ms: number): string {
  if (ms < HOUR) return `${Math.max(1, Math.round(ms / MINUTE))} min`
  return ms < 2 * DAY ? `${Math.round(ms / HOUR)} h` : `${Math.round(ms / DAY)} d`
}

/** E9: `active, 12 min left`, `used`, `2 of 5 used, 12 min left`. */
export function stateText(token: EnrollmentToken, nowMs: number): string {
  const { state, uses, maxUses } = token
  if (state !== 'active') return state === 'consumed' ? 'used' : state
  const left = `${spanText(Date.parse(token.expiresAt) - nowMs)} left`
  return maxUses === 1 ? `active, ${left}` : `${uses} of ${maxUses} used, ${left}`
}

/** E9, of a station. */
export const badgeText = (
  { enrollment, enrollmentExpiresAt }: Pick<Station, 'enrollment' | 'enrollmentExpiresAt'>,
  nowMs: number,
): string =>
  enrollmentExpiresAt === null
    ? enrollment.replace('none', '-')
    : `${enrollment}, ${spanText(Date.parse(enrollmentExpiresAt) - nowMs)} left`

const worksFor = ({ maxUses }: EnrollmentToken): string =>
  maxUses === 1 ? 'It works once' : `It works for ${maxUses} machines`

/** A new token: the picture, the lines to paste, the link. The only time that it can be seen (E4). */
export function createdText(created: TokenCreated, qr: string): string {
  const { item, enrollUrl, command, installCommand, agentSha256 } = created
  const whom = item.recipient === null ? '' : ` for ${item.recipient}`
  const lines =
    installCommand === null
      ? [`Run this on the machine beside the antenna:\n\n  ${command}`]
      : [
          'Run this on the machine beside the antenna. Where Talos is not installed, it installs the agent ' +
            `(SHA-256 ${agentSha256}) and joins:\n\n  ${installCommand}`,
          `Where Talos is installed:\n\n  ${command}`,
        ]
  return [
    `Token «${item.name}»${whom}. ${worksFor(item)}, until ${shortTime(item.expiresAt)} UTC, and is shown only now.`,
    ...(qr === '' ? [] : [qr]),
    ...lines,
    `Or open this link there${qr === '' ? '' : ', or scan the code'}:\n\n  ${enrollUrl}`,
    ...(isLoopback(new URL(enrollUrl).hostname)
      ? ['It works on this machine only. For others core needs TALOS_PUBLIC_URL and TLS: docs/operate.md.']
      : []),
    ...(item.preApproved ? [] : ['The station waits then until it is approved: talos stations approve NAME']),
  ].join('\n\n')
}

export const tokenTable = (
  tokens: readonly EnrollmentToken[],
  stationOf: (id: string) => string,
  nowMs: number,
): string =>
  table(
    ['NAME', 'FOR', 'STATE', 'STATION', 'LAST USE, UTC', 'ISSUED BY', 'ID'],
    tokens.map((token) => [
      token.name,
      token.recipient ?? '-',
      stateText(token, nowMs),
      // E33.
      [...new Set([...token.stationIds, ...(token.stationId === null ? [] : [token.stationId])])]
        .map(stationOf)
        .join(', ') || '-',
      token.lastUsedAt === null ? '-' : `${shortTime(token.lastUsedAt)} from ${token.consumedFrom ?? '?'}`,
      token.issuedBy.email ?? token.issuedBy.id,
      token.id,
    ]),
    'No tokens. Make one: talos enroll Roof',
  )

/** What a roster would make. */
export function rosterText({ rows }: Pick<RosterResponse, 'rows'>): string {
  const place = ({ place: name, site }: RosterResponse['rows'][number]) =>
    [name, site === undefined ? undefined : `${site.lat}, ${site.lon}, ${site.altM} m`]
      .filter((part) => part !== undefined)
      .join('; ')
  return table(
    ['LINE', 'STATION', 'PLACE', 'FOR'],
    rows.map((row) => [row.line, row.name, place(row) || '-', row.recipient ?? '-']),
    'Nothing could be read.',
  )
}

/** What is wrong with a roster, a line each. */
export const faultsText = (errors: RosterResponse['errors']): string =>
  errors
    .map(({ line, column, message }) => `  line ${line}${column === '' ? '' : `, ${column}`}: ${message}`)
    .join('\n')
