/**
 * `talos agent status`: what the agent last wrote of itself and, when it runs, what it says of the antenna now.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LocalStatus } from '../../../agent/local/words.js'
import type { AgentStatus } from '../../../agent/status.js'
import { isErrorCode, TalosError } from '../../../shared/errors.js'
import { SECOND } from '../../../shared/time.js'
import type { CliContext } from '../context.js'
import { antennaLines } from './agent-status-text.js'

const LOOK_EVERY_MS = SECOND / 5

/** Signal 0 asks without touching; EPERM means that it runs as another user. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const isWell = (status: AgentStatus | null): boolean =>
  status?.state === 'online' || status?.state === 'pending'

function sentence(status: AgentStatus | null): string {
  if (status === null) return 'No agent has run here yet. Start it: talos agent run'
  const { state, stationId, url, reason, since } = status
  const what = {
    pending: 'waits for a person to approve it',
    connecting: 'is connecting',
    online: 'is online',
    offline: 'is not connected',
    stopped: 'does not run',
  }[state]
  return `Station ${stationId} at ${url} ${what}, since ${since}${reason === null ? '' : `: ${reason}`}`
}

/** What the running agent says; null when none answers, and then why not, where that is news. */
async function askNow(dataDir: string): Promise<{ now: LocalStatus | null; silent: string | null }> {
  const { askAgent } = await import('../../../agent/local/ask.js')
  const { statusSchema } = await import('../../../agent/local/words.js')
  try {
    return { now: await askAgent(dataDir, { op: 'status' }, statusSchema), silent: null }
  } catch (cause) {
    if (!(cause instanceof TalosError) || !isErrorCode(cause.code)) throw cause
    return { now: null, silent: cause.detail }
  }
}

/** Prints it, after `waitS` seconds at most. @returns the exit code: 0 when it is connected or waits for approval */
export async function showStatus(dataDir: string, waitS: number, { clock, out }: CliContext): Promise<0 | 1> {
  const { readStatus } = await import('../../../agent/status.js')
  const deadline = clock.monotonic() + waitS * SECOND
  let status = await readStatus(dataDir, isAlive)
  while (!isWell(status) && clock.monotonic() < deadline) {
    await sleep(LOOK_EVERY_MS)
    status = await readStatus(dataDir, isAlive)
  }
  const runs = status !== null && status.state !== 'stopped' && status.state !== 'pending'
  const { now, silent } = runs ? await askNow(dataDir) : { now: null, silent: null }
  out.show(status === null ? null : { ...status, antenna: now }, () =>
    [sentence(status), ...(now === null ? [silent ?? []].flat() : antennaLines(now, clock.now()))].join('\n'),
  )
  return isWell(status) ? 0 : 1
}
