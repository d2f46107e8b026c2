/**
 * A whole core, as the program runs it, on a database that is there already; it tells how late its event loop was.
 * @module
 */
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { readConfig } from '../../../core/config.js'
import { createCore } from '../../../core/core.js'
import { LoopDelay } from '../../../core/health/loop-delay.js'
import { createLog } from '../../../core/log.js'
import { systemClock } from '../../../shared/time.js'

export interface CoreOptions {
  readonly databaseUrl: string
  readonly dataDir: string
}

export interface CoreReady {
  readonly url: string
  readonly mqttPort: number
  readonly ownerToken: string
}

process.once('message', async ({ databaseUrl, dataDir }: CoreOptions) => {
  const config = readConfig({
    TALOS_HTTP_PORT: '0',
    TALOS_MQTT_PORT: '0',
    TALOS_DATA_DIR: dataDir,
    TALOS_DATABASE_URL: databaseUrl,
  })
  const core = createCore(config, {
    clock: systemClock,
    random: randomBytes,
    log: createLog('warn'),
    print: () => {},
    version: '0.0.0-bench',
    dashboardDir: path.join(dataDir, 'no-dashboard'),
    agentDir: path.join(dataDir, 'no-agent'),
    onFatal: (error) => {
      throw error
    },
  })
  const { url, mqttUrl, ownerLink } = await core.start()
  const loop = new LoopDelay()
  process.on('message', (question) => {
    if (question === 'loop delay') process.send?.(loop.take() ?? {})
  })
  process.once('SIGTERM', () => {
    void core.stop().then(() => process.exit())
  })
  loop.start()
  const ready: CoreReady = {
    url,
    mqttPort: Number(new URL(mqttUrl).port),
    ownerToken: ownerLink?.split('#')[1] ?? '',
  }
  process.send?.(ready)
})
process.once('disconnect', () => process.exit())
