/**
 * The agent as `talos agent run` puts it together, in a process of its own, but for its wall clock: that can be stepped
 * from outside, as a system clock is, while the monotonic one goes on.
 *
 * `node agent-process.js CONFIG AHEAD_MS`; messages `{aheadMs}` step the clock; says `{ready: true}` once.
 */
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAgent } from '../../../agent/agent.js'
import { loadConfig } from '../../../agent/config.js'
import { credentialPath, loadCredential } from '../../../agent/credential.js'
import { systemClock } from '../../../shared/time.js'

const [file = '', ahead = '0'] = process.argv.slice(2)
let aheadMs = Number(ahead)
process.on('message', (message: { aheadMs: number }) => {
  aheadMs = message.aheadMs
})
const ended = new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve)
  // Whoever started it has died.
  process.once('disconnect', resolve)
})
const config = await loadConfig(file)
/** Written at once: the next moment may be the last. */
const write = (level: string) => (message: string, facts?: object) =>
  appendFileSync(
    join(config.dataDir, 'agent.log'),
    `${JSON.stringify({ time: new Date().toISOString(), pid: process.pid, level, message, ...facts })}\n`,
  )
const running = await runAgent(config, {
  credential: await loadCredential(credentialPath(config.dataDir)),
  version: '0.0.0-chaos',
  clock: { now: () => Date.now() + aheadMs, monotonic: systemClock.monotonic },
  random: Math.random,
  newId: randomUUID,
  log: { info: write('info'), warn: write('warn'), error: write('error') },
})
process.send?.({ ready: true })
await ended
await running.stop()
process.exit(0)
