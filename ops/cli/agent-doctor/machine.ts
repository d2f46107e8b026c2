/**
 * What the agent stands on: Node.js, its data directory, the service, the clock.
 * @module
 */
import { execFile } from 'node:child_process'
import { access, constants, stat, statfs } from 'node:fs/promises'
import { userInfo } from 'node:os'
import type { NtpReading } from '../../../agent/clock/ntp.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { SECOND } from '../../../shared/time.js'
import { ill, well } from './finding.js'

const MEBI = 1024 * 1024
/** Plans, receipts and the log of a week without a network are a few MiB. */
const DISK_WARNING_MIB = 200
const DISK_CRITICAL_MIB = 20
const OTHERS = 0o077

export function nodeFinding(version: string): HealthFinding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > 20 || (major === 20 && minor >= 19)
  return isEnough
    ? well('Node.js', version)
    : ill('critical', 'Node.js', version, 'Install Node.js 20.19 or later.')
}

export function diskFinding(freeMiB: number): HealthFinding {
  const found = `${freeMiB} MiB free`
  const mend = 'Make room: plans and receipts are kept there.'
  if (freeMiB < DISK_CRITICAL_MIB) return ill('critical', 'Disk', found, mend)
  return freeMiB < DISK_WARNING_MIB ? ill('warning', 'Disk', found, mend) : well('Disk', found)
}

export async function dataFindings(dataDir: string): Promise<HealthFinding[]> {
  const check = 'Data folder'
  try {
    const { mode } = await stat(dataDir)
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(dataDir)
    const disk = diskFinding(Math.floor((bavail * bsize) / MEBI))
    return (mode & OTHERS) === 0
      ? [well(check, `${dataDir} is the agent's alone`), disk]
      : [
          ill(
            'warning',
            check,
            `${dataDir} has mode ${(mode & 0o777).toString(8)}: others can look into it`,
            `chmod 700 ${dataDir}`,
          ),
          disk,
        ]
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? [
          ill(
            'critical',
            check,
            `${dataDir} is not there`,
            "It is made when the station joins: talos agent enroll '<link>'",
          ),
        ]
      : [
          ill(
            'critical',
            check,
            `${dataDir} cannot be used by ${userInfo().username} (${code})`,
            'Run this as the user of the agent: put sudo before it, or correct the owner of the folder.',
          ),
        ]
  }
}

export function clockFinding(reading: NtpReading | null): HealthFinding {
  if (reading === null)
    return ill(
      'warning',
      'Clock',
      'no program here says whether the clock is kept right',
      'apt install chrony: plans are flown by this clock.',
    )
  if (!reading.isSynchronised)
    return ill('critical', 'Clock', 'is not synchronised', 'timedatectl set-ntp true; then wait a minute.')
  const bound = reading.boundMs === null ? '' : `, good to ${Math.ceil(reading.boundMs)} ms`
  return well('Clock', `is synchronised${bound}`)
}

const run = (file: string, args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    execFile(file, args, { timeout: 3 * SECOND, env: { ...process.env, LC_ALL: 'C' } }, (error, stdout) =>
      // `systemctl is-active` ends with a code of its own for what is not.
      resolve(error !== null && (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : stdout.trim()),
    )
  })

const UNIT = 'talos-agent'

/** @param states what `systemctl is-enabled` and `is-active` say; null where there is no systemd */
export function serviceFinding(states: { enabled: string; active: string } | null): HealthFinding {
  const check = 'Service'
  if (states === null)
    return ill('note', check, 'this machine has no systemd', 'Start the agent your own way: talos agent run')
  const { enabled, active } = states
  if (enabled === '' || enabled === 'not-found')
    return ill(
      'note',
      check,
      `${UNIT} is not installed`,
      'It starts the agent with the machine: docs/install.md',
    )
  if (enabled === 'enabled' && active === 'active')
    return well(check, `${UNIT} runs and starts with the machine`)
  const mend = `systemctl enable --now ${UNIT}; why it ended: journalctl -u ${UNIT}`
  return ill(active === 'active' ? 'warning' : 'critical', check, `${UNIT} is ${enabled} and ${active}`, mend)
}

export async function askService(): Promise<{ enabled: string; active: string } | null> {
  const enabled = await run('systemctl', ['is-enabled', UNIT])
  const active = await run('systemctl', ['is-active', UNIT])
  return enabled === null || active === null || active === '' ? null : { enabled, active }
}
