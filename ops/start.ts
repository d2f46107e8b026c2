/**
 * `npm start`: core and director for real use, each a process of its own. When core ends, all ends; a director that
 * ends is started anew, since agents fly their plans without it.
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Child } from './child.js'
import { endRequested } from './signals.js'

/** First pause before a director that ended is started again, ms; doubled up to the second. */
const RESTART_MIN_MS = 1000
const RESTART_MAX_MS = 60_000

/** Runs until a signal. Returns the exit code: 0, or that of core when it ended by itself. */
export async function startAll(
  env: Record<string, string | undefined>,
  say: (text: string) => void,
): Promise<number> {
  const ending = endRequested()
  const core = new Child({ name: 'core', args: ['core'], env })
  let isEnding = false
  void ending.then(() => {
    isEnding = true
  })
  const ready = await Promise.race([core.start().catch(() => undefined), ending])
  if (ready === undefined) {
    // Core has said itself why it could not start.
    const code = await core.stop()
    return isEnding ? 0 : code
  }
  // Core may have been given port 0, or a port by a setting: the director is told where core really is.
  const directorEnv = { ...env, TALOS_CORE_URL: ready.url, TALOS_MQTT_URL: ready.mqttUrl }
  const director = new Child({ name: 'director', args: ['director'], env: directorEnv })
  const keepDirector = async () => {
    for (let pause = RESTART_MIN_MS; !isEnding; pause = Math.min(RESTART_MAX_MS, pause * 2)) {
      await director.start().catch((error: Error) => say(error.message))
      const code = await director.exited
      if (isEnding) return
      say(`the director ended with code ${code}; starting it again in ${pause / 1000} s`)
      await Promise.race([sleep(pause), ending])
    }
  }
  const keeping = keepDirector()
  const result = await Promise.race([ending.then(() => 0), core.exited])
  isEnding = true
  await director.stop()
  await keeping
  await core.stop()
  return result
}
