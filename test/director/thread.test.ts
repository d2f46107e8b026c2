import t from 'tap'
import { Thread } from '../../director/thread.js'

/** A program as a data URL. */
const program = (code: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';${code}`)}`,
  )

const doubling = program(
  "parentPort.on('message', (n) => parentPort.postMessage(n < 0 ? { failed: 'below 0' } : { found: 2 * n }))",
)

t.test('questions are answered one after the other; one that fails stops no other', async (t) => {
  const thread = new Thread<number, number>(doubling, 'doubling')
  t.teardown(() => thread.stop())
  const answers = await Promise.allSettled([1, -1, 3].map((n) => thread.ask(n)))
  t.match(answers, [
    { value: 2 },
    { reason: { code: 'internal', message: /The doubling failed: below 0/ } },
    { value: 6 },
  ])
})

t.test(
  'a thread that ends by itself fails what is under way, and the next question starts another',
  async (t) => {
    const dying = program(
      "parentPort.on('message', (n) => n === 0 ? process.exit(7) : parentPort.postMessage({ found: n }))",
    )
    const thread = new Thread<number, number>(dying, 'work')
    t.teardown(() => thread.stop())
    await t.rejects(thread.ask(0), { message: /ended with code 7/ })
    t.equal(await thread.ask(5), 5)
  },
)

t.test(
  'a thread that throws fails what is under way with its reason, and the next starts another',
  async (t) => {
    const throwing = program(
      "parentPort.on('message', (n) => { if (n === 0) throw new Error('boom'); parentPort.postMessage({ found: n }) })",
    )
    const thread = new Thread<number, number>(throwing, 'work')
    t.teardown(() => thread.stop())
    await t.rejects(thread.ask(0), { code: 'internal', message: /The work failed: boom/ })
    t.equal(await thread.ask(5), 5)
  },
)

t.test('what was given up before its turn is not asked', async (t) => {
  const thread = new Thread<number, number>(doubling, 'doubling')
  t.teardown(() => thread.stop())
  const left = new AbortController()
  const first = thread.ask(1)
  const second = thread.ask(2, left.signal)
  left.abort(new Error('no longer wanted'))
  await t.rejects(second, { message: 'no longer wanted' })
  t.equal(await first, 2)
})
