/**
 * What the running agent says of itself, judged.
 * @module
 */
import type { LocalStatus } from '../../../agent/local/words.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { ill, well } from './finding.js'

const CODES: Readonly<Record<string, string>> = {
  held_at_station: 'When all are clear of the antenna: talos agent release',
  driver_failed:
    'Look at the rotator, its power and its cable, then: talos agent release; talos agent logs says more.',
  out_of_limits: 'The mount was seen where it must not be. Look at it, then: talos agent release',
  keep_out: 'The mount was seen where it must not be. Look at it, then: talos agent release',
  turn_unknown: 'Look how the cable is wound, then say where the mount is: talos agent wound AZ',
  uncommanded_motion:
    'The mount moved where nobody told it to: another program, keys, wires. End that, then: talos agent release',
  limits_mismatch: 'Correct `mount` in agent.json, or the limits of the controller.',
  clock_untrusted: 'timedatectl set-ntp true',
}

function antennaFinding({ state, code, driver, measured }: LocalStatus): HealthFinding {
  const where =
    measured === null ? 'position not readable' : `az ${measured.az.toFixed(2)}, el ${measured.el.toFixed(2)}`
  const found = `${driver.kind}, ${driver.model}: ${state}${code === null ? '' : ` (${code})`}, ${where}`
  if (code === null && measured !== null) return well('Rotator', found)
  const mend = CODES[code ?? ''] ?? 'talos agent logs says why.'
  return ill(state === 'safe_hold' || measured === null ? 'critical' : 'warning', 'Rotator', found, mend)
}

function doorFinding({ door }: LocalStatus): HealthFinding[] {
  if (door === null) return []
  return [
    door.fault === null
      ? well('Door', `open on 127.0.0.1:${door.port}, ${door.programs} connected`)
      : ill(
          'warning',
          'Door',
          `cannot be opened: ${door.fault}`,
          'Another program has the port: give "door" another in agent.json.',
        ),
  ]
}

export function runningFindings(status: LocalStatus, ownVersion: string): HealthFinding[] {
  const { version, isLinked, barred, lastRefusal } = status
  return [
    version === ownVersion
      ? well('Agent', `runs, version ${version}`)
      : ill(
          'warning',
          'Agent',
          `runs version ${version}, installed is ${ownVersion}`,
          'systemctl restart talos-agent',
        ),
    barred !== null
      ? ill(
          'critical',
          'Link',
          `not let in: ${barred.reason}`,
          'Ask whoever runs the fleet: the station is locked or revoked.',
        )
      : isLinked
        ? well('Link', 'is connected')
        : ill(
            'warning',
            'Link',
            'is not connected',
            'See Core and Broker below. Plans that are here are flown without.',
          ),
    antennaFinding(status),
    ...doorFinding(status),
    ...(lastRefusal === null
      ? []
      : [
          ill(
            'note',
            'Refused',
            `${lastRefusal.ts}: ${lastRefusal.facts['detail'] ?? lastRefusal.facts['code'] ?? lastRefusal.message}`,
            'talos agent logs has what came before.',
          ),
        ]),
  ]
}
