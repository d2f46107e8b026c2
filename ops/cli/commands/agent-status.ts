/** `talos agent status`: what the running agent last said of itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentStatus } from '../../../agent/status.js'
import { SECOND } from '../../../shared/time.js'
import type { CliContext } from '../context.js'

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

/** Prints it, after `waitS` seconds at most. @returns the exit code: 0 when it is connected or waits for approval */
export async function showStatus(dataDir: string, waitS: number, { clock, out }: CliContext): Promise<0 | 1> {
  const { readStatus } = await import('../../../agent/status.js')
  const deadline = clock.monotonic() + waitS * SECOND
  let status = await readStatus(dataDir, isAlive)
  while (!isWell(status) && clock.monotonic() < deadline) {
    await sleep(LOOK_EVERY_MS)
    status = await readStatus(dataDir, isAlive)
  }
  out.show(status, sentence)
  return isWell(status) ? 0 : 1
}
