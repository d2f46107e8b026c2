/** Starts the director alone: `talos director`. Exit codes: 0 ended, 1 failed, 2 wrong configuration. */
import pino from 'pino'
import { TalosError } from '../shared/errors.js'
import { systemClock } from '../shared/time.js'
import { readDirectorConfig } from './config.js'
import { Director } from './director.js'

/** Runs until SIGTERM or SIGINT. */
export async function runDirector(env: Record<string, string | undefined>): Promise<number> {
  const log = pino({ level: env['TALOS_LOG_LEVEL'] ?? 'info', name: 'director' })
  try {
    const director = new Director(readDirectorConfig(env), { clock: systemClock, log, random: Math.random })
    const ended = new Promise<void>((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
      process.once('disconnect', () => resolve())
    })
    director.start()
    process.send?.({ ready: true })
    await ended
    await director.stop()
    return 0
  } catch (error) {
    if (error instanceof TalosError && error.code === 'config_invalid') {
      log.fatal(error.detail)
      return 2
    }
    log.fatal({ err: error }, 'the director failed')
    return 1
  }
}
