/**
 * A process for a simulated day: it takes over all timers, which its parent needs itself. Options come as the first
 * message; lines on the way and the result go back.
 * @module
 */
import { type DayOptions, type DayResult, simulateDay } from './day.js'

export type FromDay =
  | { readonly kind: 'line'; readonly line: string }
  | { readonly kind: 'result'; readonly result: DayResult }
  | { readonly kind: 'failed'; readonly reason: string }

const send = (message: FromDay) => process.send?.(message)

process.once('message', async (options: DayOptions) => {
  try {
    const result = await simulateDay(options, (line) => send({ kind: 'line', line }))
    send({ kind: 'result', result })
  } catch (error) {
    send({ kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
  process.disconnect()
})
