/**
 * The rotator and the radio, looked at while no agent drives them: is anything there, is it what agent.json says, and
 * does it go as far?
 * @module
 */
import { execFile } from 'node:child_process'
import { access, constants, readdir, readFile, realpath } from 'node:fs/promises'
import { connect } from 'node:net'
import { userInfo } from 'node:os'
import type { AgentConfig } from '../../../agent/config.js'
import { reasonOf } from '../../../agent/log.js'
import { rotatorFor } from '../../../agent/machines.js'
import { withinDriver } from '../../../agent/within-driver.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import type { Mount } from '../../../shared/messages.js'
import type { Limits } from '../../../shared/mount/limits.js'
import { SECOND, systemClock } from '../../../shared/time.js'
import { ill, well } from './finding.js'

const PATIENCE_MS = 3 * SECOND
const shown = ({ azMin, azMax, elMin, elMax }: Limits): string =>
  `az ${azMin}..${azMax}, el ${elMin}..${elMax}`

/** What the controller accepts beside what `mount` says. */
export function limitsFinding(mount: Mount, limits: Limits | null): HealthFinding {
  const check = 'Limits'
  if (limits === null) return well(check, `${shown(mount)}; the controller does not say its own`)
  const both = withinDriver(mount, limits)
  if (both === null)
    return ill(
      'critical',
      check,
      `the controller goes ${shown(limits)}, the mount ${shown(mount)}: no travel, or no park position, in common`,
      'Correct `mount` in agent.json, or the limits of the controller.',
    )
  return JSON.stringify(both) === JSON.stringify(mount)
    ? well(check, `${shown(mount)}, within the controller's ${shown(limits)}`)
    : ill(
        'warning',
        check,
        `the controller goes only ${shown(limits)}, the mount ${shown(mount)}: ${shown(both)} holds`,
        'Correct one of them, so that passes are planned for what there is.',
      )
}

/** Serial lines of this machine: by-id names first, for they survive a replug. Pseudo terminals are none. */
async function serialLines(): Promise<string[]> {
  const byId = await readdir('/dev/serial/by-id').catch(() => [])
  const devices = await readdir('/dev').catch(() => [])
  const plain = devices.filter((name) => /^tty(USB|ACM|AMA)\d+$/.test(name)).map((name) => `/dev/${name}`)
  const named = await Promise.all(
    byId.map(async (name) => ({
      name: `/dev/serial/by-id/${name}`,
      real: await realpath(`/dev/serial/by-id/${name}`),
    })),
  ).catch(() => [])
  return [
    ...named.map(({ name }) => name),
    ...plain.filter((path) => !named.some(({ real }) => real === path)),
  ]
}

async function lineFindings(path: string): Promise<HealthFinding[]> {
  const lines = await serialLines()
  const others = lines.length === 0 ? 'this machine has no serial line' : `there is ${lines.join(', ')}`
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return [well('Serial line', `${path} may be used by ${userInfo().username}`)]
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    return code === 'ENOENT'
      ? [
          ill(
            'critical',
            'Serial line',
            `${path} is not there; ${others}`,
            'Is the adapter plugged in? Correct "path" in agent.json.',
          ),
        ]
      : [
          ill(
            'critical',
            'Serial line',
            `${path} may not be used by ${userInfo().username} (${code})`,
            'usermod -aG dialout USER, then sign in anew; or run this as the user of the agent.',
          ),
        ]
  }
}

/** 0.0.0.0 or :: in /proc/net/tcp, tcp6: column 2 is address:port in hexadecimal, column 4 is 0A for listening. */
export function listensEverywhere(table: string, port: number): boolean {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return table.split('\n').some((line) => {
    const [, local = '', , state] = line.trim().split(/\s+/)
    return state === '0A' && local.endsWith(suffix) && /^0+$/.test(local.slice(0, -suffix.length))
  })
}

async function openFinding(daemon: string, host: string, port: number): Promise<HealthFinding[]> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')),
  )
  if (!tables.some((table) => listensEverywhere(table, port))) return []
  return [
    ill(
      'warning',
      daemon,
      `listens on ${port} for every machine around, and it has no password`,
      `Start it with -T ${host === 'localhost' ? '127.0.0.1' : host}.`,
    ),
  ]
}

function versionOf(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: PATIENCE_MS }, (error, stdout, stderr) =>
      resolve(error === null ? ((stdout || stderr).split('\n')[0] ?? '') : null),
    )
  })
}

/** Without an agent that runs: asks the controller who it is, how far it goes, and where it stands. Moves nothing. */
async function askRotator(config: AgentConfig): Promise<HealthFinding[]> {
  const driver = rotatorFor(config, systemClock, Math.random)
  try {
    const { model, limits } = await driver.start()
    const { az, el } = await driver.position()
    return [
      well('Rotator', `${driver.kind}, ${model}, stands at az ${az.toFixed(2)}, el ${el.toFixed(2)}`),
      limitsFinding(config.mount, limits),
    ]
  } catch (cause) {
    return [
      ill(
        'critical',
        'Rotator',
        `does not answer: ${reasonOf(cause)}`,
        config.driver.kind === 'rotctld'
          ? `rotctld -m MODEL -r /dev/ttyUSB0 -T 127.0.0.1 -t ${config.driver.port}; what each fault means: docs/agent.md`
          : 'Power, cable, "protocol" and "baudRate" in agent.json; what each fault means: docs/agent.md',
      ),
    ]
  } finally {
    await driver.close()
  }
}

async function hamlibFindings({ driver }: AgentConfig): Promise<HealthFinding[]> {
  if (driver.kind !== 'rotctld') return []
  const version = await versionOf('rotctld')
  const installed =
    version === null
      ? ill('note', 'Hamlib', 'rotctld is not installed on this machine', 'apt install libhamlib-utils')
      : well('Hamlib', version)
  return [installed, ...(await openFinding('rotctld', driver.host, driver.port))]
}

function answers(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (error: string | null) => {
      socket.destroy()
      resolve(error)
    }
    socket.setTimeout(PATIENCE_MS, () => end('no answer'))
    socket.once('connect', () => end(null))
    socket.once('error', (cause) => end(reasonOf(cause)))
  })
}

async function rigFindings({ rig }: AgentConfig): Promise<HealthFinding[]> {
  if (rig === undefined) return []
  const error = await answers(rig.host, rig.port)
  const where = `${rig.host}:${rig.port}`
  return [
    error === null
      ? well('Radio', `rigctld answers at ${where}`)
      : ill(
          'warning',
          'Radio',
          `rigctld at ${where}: ${error}`,
          `rigctld -m MODEL -r /dev/ttyUSB1 -T 127.0.0.1 -t ${rig.port}`,
        ),
    ...(await openFinding('rigctld', rig.host, rig.port)),
  ]
}

/** @param isDriven an agent runs: it alone speaks to the rotator, and says itself how that goes */
export async function rotatorFindings(config: AgentConfig, isDriven: boolean): Promise<HealthFinding[]> {
  const { driver } = config
  const line = driver.kind === 'serial' ? await lineFindings(driver.path) : []
  const isUsable = line.every(({ level }) => level === 'ok')
  return [
    ...(await hamlibFindings(config)),
    ...line,
    ...(isDriven || !isUsable ? [] : await askRotator(config)),
    ...(await rigFindings(config)),
  ]
}
