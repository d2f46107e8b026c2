/** `talos doctor`: what is wrong on this machine, and how to mend it. */
import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import type { Command } from 'commander'
import type { z } from 'zod'
import { readinessSchema } from '../../../shared/api/audit.js'
import { meResponse } from '../../../shared/api/auth.js'
import type { HealthFinding } from '../../../shared/api/health.js'
import { TalosError } from '../../../shared/errors.js'
import { SECOND } from '../../../shared/time.js'
import { apiAt } from '../client.js'
import type { CliContext, Run } from '../context.js'
import { findingsText } from '../findings.js'
import { findLogin } from '../login.js'
import { registerDoctorBroker } from './doctor-broker.js'
import { registerDoctorEnrollment } from './doctor-enrollment.js'
import { registerDoctorServer } from './doctor-server.js'

/** Commands that move metal live 5 s: a clock that is off by more makes every one of them refused. */
const CLOCK_WARNING_MS = 1000
const CLOCK_CRITICAL_MS = 4000
const PROBE_MS = 2000
const ROTCTLD_PORT = 4533

function node(): HealthFinding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isEnough = major > 20 || (major === 20 && minor >= 19)
  return {
    check: 'Node.js',
    level: isEnough ? 'ok' : 'critical',
    found: process.versions.node,
    mend: isEnough ? '' : 'Install Node.js 20.19 or later.',
  }
}

function hamlib(): HealthFinding {
  const result = spawnSync('rotctld', ['--version'], { encoding: 'utf8', timeout: PROBE_MS })
  return result.error === undefined
    ? { check: 'Hamlib', level: 'ok', found: (result.stdout || result.stderr).split('\n')[0] ?? '', mend: '' }
    : {
        check: 'Hamlib',
        level: 'note',
        found: 'rotctld is not installed',
        mend: 'Only needed beside a real rotator: apt install libhamlib-utils',
      }
}

/** Is something listening on the usual port of rotctld? */
function rotctld(): Promise<HealthFinding> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: ROTCTLD_PORT, timeout: PROBE_MS })
    const end = (finding: Omit<HealthFinding, 'check'>) => {
      socket.destroy()
      resolve({ check: 'rotctld', ...finding })
    }
    socket.once('connect', () =>
      end({ level: 'ok', found: `listens on 127.0.0.1:${ROTCTLD_PORT}`, mend: '' }),
    )
    const absent = () =>
      end({
        level: 'note',
        found: `nothing listens on 127.0.0.1:${ROTCTLD_PORT}`,
        mend: 'Beside a rotator: rotctld -m MODEL -r /dev/ttyUSB0 -T 127.0.0.1',
      })
    socket.once('error', absent)
    socket.once('timeout', absent)
  })
}

function serverFinding(url: string, state: z.infer<typeof readinessSchema> | undefined): HealthFinding {
  const check = 'Server'
  if (state === undefined)
    return {
      check,
      level: 'critical',
      found: `${url} answers, but not as Talos does`,
      mend: 'Is the address right?',
    }
  if (state.ready) return { check, level: 'ok', found: `${url} is ready`, mend: '' }
  const down = [state.database ? [] : 'database', state.broker ? [] : 'broker'].flat().join(' and ')
  return {
    check,
    level: 'critical',
    found: `${url} answers; its ${down} does not`,
    mend: 'Look into the log of core.',
  }
}

async function server(context: CliContext): Promise<HealthFinding[]> {
  let login: ReturnType<typeof findLogin>
  try {
    login = findLogin(context)
  } catch (error) {
    if (!(error instanceof TalosError)) throw error
    return [{ check: 'Sign-in', level: 'note', found: error.detail, mend: 'talos login URL' }]
  }
  const started = context.clock.now()
  let date: string | null
  let readiness: ReturnType<typeof readinessSchema.safeParse>
  try {
    const response = await fetch(`${login.server}/api/v1/readyz`, { signal: AbortSignal.timeout(5 * SECOND) })
    date = response.headers.get('date')
    readiness = readinessSchema.safeParse(await response.json().catch(() => null))
  } catch {
    return [
      {
        check: 'Server',
        level: 'critical',
        found: `${login.server} does not answer`,
        mend: 'Is core running there? npm start',
      },
    ]
  }
  const findings = [serverFinding(login.server, readiness.data)]
  if (date !== null) {
    // The header has whole seconds: half of one is added, and half of the way there and back.
    const there = Date.parse(date) + SECOND / 2
    const offset = (started + context.clock.now()) / 2 - there
    const size = Math.abs(offset)
    findings.push({
      check: 'Clock',
      level: size > CLOCK_CRITICAL_MS ? 'critical' : size > CLOCK_WARNING_MS ? 'warning' : 'ok',
      found: `${(offset / SECOND).toFixed(1)} s from the server's, give or take half a second`,
      mend: size > CLOCK_WARNING_MS ? 'Set the clock: timedatectl set-ntp true' : '',
    })
  }
  try {
    const me = await apiAt(login.server, login.tokens).get('/auth/me', meResponse)
    findings.push({ check: 'Sign-in', level: 'ok', found: me.email, mend: '' })
  } catch (error) {
    if (!(error instanceof TalosError)) throw error
    findings.push({
      check: 'Sign-in',
      level: 'critical',
      found: error.detail,
      mend: `talos login ${login.server}`,
    })
  }
  return findings
}

export function registerDoctor(program: Command, run: Run, exitWith: (code: number) => void) {
  const doctor = program
    .command('doctor')
    .description('find what is wrong on this machine, and how to mend it')
    .action(() =>
      run(async (context) => {
        const findings = [node(), hamlib(), await rotctld(), ...(await server(context))]
        context.out.show(findings, findingsText)
        if (findings.some((f) => f.level === 'critical')) exitWith(1)
      }),
    )
  registerDoctorBroker(doctor, run, exitWith)
  registerDoctorEnrollment(doctor, run, exitWith)
  registerDoctorServer(doctor, run, exitWith)
}
