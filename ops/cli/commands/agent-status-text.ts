/**
 * How the antenna does, in lines for the person beside it.
 * @module
 */
import type { LocalStatus } from '../../../agent/local/words.js'
import { MINUTE } from '../../../shared/time.js'

const at = (position: { az: number; el: number } | null): string =>
  position === null ? 'not readable' : `az ${position.az.toFixed(2)}, el ${position.el.toFixed(2)}`

/** `in 12 min`, `in 2 h 05 min`, `now`. */
function inTime(ms: number): string {
  const minutes = Math.round(ms / MINUTE)
  if (minutes <= 0) return 'now'
  return minutes < 60
    ? `in ${minutes} min`
    : `in ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

function holderText({ holder, contactId }: LocalStatus): string {
  switch (holder) {
    case null:
      return 'nobody'
    case 'plan':
      return `the plan of contact ${contactId ?? '(ending)'}`
    case 'manual':
      return 'somebody, by hand'
    case 'park':
      return 'on its way to the park position'
    case 'door':
      return 'a program at the door'
  }
}

function doorText(door: NonNullable<LocalStatus['door']>): string {
  if (door.fault !== null) return `cannot be opened: ${door.fault}`
  const until = door.leaseUntil === null ? '' : ` until ${door.leaseUntil}`
  const may = door.isLeased ? `may move the antenna${until}` : 'may only read'
  return `127.0.0.1:${door.port}, ${door.programs} connected; programs ${may}`
}

const SOURCE: Readonly<Record<LocalStatus['clock']['source'], string>> = {
  core: 'by core',
  ntp: 'by NTP',
  both: 'by core and NTP',
  conflict: 'core and NTP contradict each other',
  rtc: 'by this machine alone, as agent.json vouches for it',
  none: 'nobody vouches for it: no fast satellite is followed. timedatectl set-ntp true',
}

function clockText({ source, offsetMs, uncertaintyMs, ntp }: LocalStatus['clock']): string {
  const ahead = offsetMs !== null && offsetMs < 0 ? 'behind' : 'ahead'
  const off = offsetMs === null ? '' : `${Math.abs(offsetMs)} ms ${ahead}`
  const within = uncertaintyMs === null ? '' : `, give or take ${uncertaintyMs} ms`
  return `${off}${within}${off === '' ? '' : '; '}${SOURCE[source]} (NTP: ${ntp})`
}

const MEND: Readonly<Record<string, string>> = {
  held_at_station: 'Somebody here said hold. When all are clear of the antenna: talos agent release',
  driver_failed: 'Look at the rotator and its cable, then: talos agent release',
  turn_unknown: 'Look how the cable is wound, then say where the mount is: talos agent wound AZ',
  out_of_limits: 'The mount was seen where it must not be. Look at it, then: talos agent release',
  keep_out: 'The mount was seen where it must not be. Look at it, then: talos agent release',
  uncommanded_motion:
    'The mount moved where nobody told it to: another program, keys, wires. End that, then: talos agent release',
  safe_hold:
    'guard.json was damaged, and may have held a hold. Look at the antenna, then: talos agent release',
  limits_mismatch: 'Correct `mount` in agent.json, or the limits of the controller: talos agent doctor',
  clock_untrusted: 'Set the clock: timedatectl set-ntp true',
}

function nextPass({ plans }: LocalStatus, nowMs: number): string {
  const next = plans.find(({ los, phase }) => phase !== 'done' && Date.parse(los) > nowMs)
  if (next === undefined) return plans.length === 0 ? 'none' : 'none to come'
  const open = plans.filter(({ phase }) => phase !== 'done').length
  const when = next.phase === 'stored' ? inTime(Date.parse(next.aos) - nowMs) : next.phase
  return `${open} held; next ${next.satellite}, ${next.aos.slice(0, 19)}Z to ${next.los.slice(11, 19)}Z, ${when}`
}

/** Which place the controller's degrees may be, while nobody knows. */
function turnRow({ turn, measured }: LocalStatus): [string, string][] {
  if (turn === null || measured !== null) return []
  const could = turn.could.map((az) => az.toFixed(1)).join(' or ') || 'no place within the travel'
  return [['Cable', `the controller shows ${turn.shown.toFixed(1)}: ${could}`]]
}

/** The lines under the first one. */
export function antennaLines(status: LocalStatus, nowMs: number): string[] {
  const { state, code, barred, measured, commanded, driver, door, lastRefusal, receiptsWaiting } = status
  const rows: [string, string][] = [
    ['Antenna', `${state}${code === null ? '' : ` (${code})`}`],
    ['Has it', holderText(status)],
    ['Position', commanded === null ? at(measured) : `${at(measured)}; told to be at ${at(commanded)}`],
    ...turnRow(status),
    ['Rotator', `${driver.kind}, ${driver.model}`],
    ['Clock', clockText(status.clock)],
    ['Plans', nextPass(status, nowMs)],
  ]
  if (receiptsWaiting > 0) rows.push(['Receipts', `${receiptsWaiting} not acknowledged yet`])
  if (door !== null) rows.push(['Door', doorText(door)])
  if (barred !== null) rows.push(['Not let in', `${barred.reason} (${barred.code})`])
  if (lastRefusal !== null)
    rows.push([
      'Refused',
      `${lastRefusal.ts}: ${lastRefusal.facts['detail'] ?? lastRefusal.facts['code'] ?? lastRefusal.message}`,
    ])
  const mend = MEND[code ?? '']
  if (mend !== undefined) rows.push(['To do', mend])
  return rows.map(([name, text]) => `${`${name}:`.padEnd(11)} ${text}`)
}
