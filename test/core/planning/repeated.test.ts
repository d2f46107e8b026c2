import t from 'tap'
import type { Logger } from '../../../core/context.js'
import { Repeated } from '../../../core/planning/repeated.js'

const log = (lines: string[]): Logger => {
  const note = (_: object | string, msg?: string) => lines.push(msg ?? '')
  return { debug: note, info: note, warn: note, error: note }
}

t.test('Work is repeated, also after a failure, and stop waits for the round under way', async (t) => {
  const lines: string[] = []
  let rounds = 0
  let reached = () => {}
  const third = new Promise<void>((resolve) => {
    reached = resolve
  })
  let isRunning = false
  const repeated = new Repeated(
    'counting',
    1,
    async () => {
      t.notOk(isRunning, 'never twice at once')
      isRunning = true
      rounds += 1
      if (rounds === 3) reached()
      await new Promise((resolve) => setImmediate(resolve))
      isRunning = false
      if (rounds === 1) throw new Error('first')
    },
    log(lines),
  )
  repeated.start()
  // The timer of the work does not keep a process alive.
  const keepAlive = setInterval(() => {}, 1000)
  await third
  await repeated.stop()
  clearInterval(keepAlive)
  t.notOk(isRunning)
  t.same(lines, ['counting failed; it is tried again'])
  const after = rounds
  await new Promise((resolve) => setTimeout(resolve, 5))
  t.equal(rounds, after, 'and never again')
})
