/**
 * What the machine knows of time beyond its clock: how long it has been up, which boot this is, and what its NTP says.
 * @module
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { SECOND } from '../../shared/time.js'
import { type NtpReading, parseAdjtimex, parseChrony, parseTimedatectl } from './ntp.js'

export interface Machine {
  /** Another one after each boot; null where the machine does not tell. */
  bootId(): Promise<string | null>
  /** Ms since the boot, over restarts of this program. */
  uptimeMs(): number
  /** Null when no program tells. */
  ntp(): Promise<NtpReading | null>
}

/** The best first: chrony and the kernel give a bound, systemd does not. */
const PROGRAMS = [
  { file: 'chronyc', args: ['-c', 'tracking'], parse: parseChrony },
  { file: 'adjtimex', args: ['--print'], parse: parseAdjtimex },
  { file: 'timedatectl', args: ['show', '--property=NTPSynchronized'], parse: parseTimedatectl },
] as const

const PATIENCE_MS = 3 * SECOND
const MOST_BYTES = 16 * 1024
const BOOT_ID = '/proc/sys/kernel/random/boot_id'

/** What a program prints; null when there is none, or when it fails. */
function ask(file: string, args: readonly string[]): Promise<string | null> {
  // Their words, not those of the language of the machine.
  const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, LC_ALL: 'C' }
  const options = { timeout: PATIENCE_MS, maxBuffer: MOST_BYTES, env }
  return new Promise((resolve) => {
    execFile(file, args, options, (error, stdout) => resolve(error === null ? stdout : null))
  })
}

export class LinuxMachine implements Machine {
  async bootId(): Promise<string | null> {
    try {
      const text = (await readFile(BOOT_ID, 'utf8')).trim()
      return /^[0-9a-f-]{36}$/.test(text) ? text : null
    } catch {
      return null
    }
  }

  uptimeMs(): number {
    return uptime() * SECOND
  }

  async ntp(): Promise<NtpReading | null> {
    for (const { file, args, parse } of PROGRAMS) {
      const text = await ask(file, args)
      const reading = text === null ? null : parse(text)
      if (reading !== null) return reading
    }
    return null
  }
}
