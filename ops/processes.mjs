/**
 * Ends what tests left running: programs of tests that were killed, and the servers those had started.
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs'

/**
 * Kills each process that was started with this folder in its arguments or environment, except ourselves. The folder
 * is a new one with a random name, so no stranger can be meant. Needs /proc; elsewhere it does nothing.
 *
 * @param {string} folder
 * @returns {number} how many
 */
export function endProcessesOf(folder) {
  let ended = 0
  for (const pid of processIds()) {
    if (pid === process.pid || !mentions(pid, folder)) continue
    try {
      process.kill(pid, 'SIGKILL')
      ended++
    } catch (error) {
      if (error.code !== 'ESRCH') throw error
    }
  }
  return ended
}

function processIds() {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

function mentions(pid, folder) {
  return ['cmdline', 'environ'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(folder)
    } catch {
      // Ended meanwhile, or of another user.
      return false
    }
  })
}
