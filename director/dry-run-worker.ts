/**
 * The program of the thread that runs plans on simulated mounts: some milliseconds each.
 * @module
 */
import { parentPort } from 'node:worker_threads'
import { type Flight, obstacleTo } from './dry-run.js'
import type { Answer } from './thread.js'

parentPort?.on('message', (flights: readonly Flight[]) => {
  let answer: Answer<readonly (string | null)[]>
  try {
    answer = { found: flights.map(obstacleTo) }
  } catch (error) {
    answer = { failed: error instanceof Error ? error.message : String(error) }
  }
  parentPort?.postMessage(answer)
})
