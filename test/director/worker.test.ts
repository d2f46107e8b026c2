import t from 'tap'
import { Worker } from '../../director/worker.js'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

t.test(
  'a name that waits already is not queued twice, and the newest work of that name is done',
  async (t) => {
    const worker = new Worker(quiet)
    const done: string[] = []
    let open: () => void = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    worker.request('first', () => gate)
    worker.request('second', async () => void done.push('old'))
    worker.request('second', async () => void done.push('new'))
    const end = new Promise<void>((resolve) => worker.request('third', async () => resolve()))
    open()
    await end
    t.same(done, ['new'])
  },
)

t.test('work that fails is logged and the next is done', async (t) => {
  const said: string[] = []
  const worker = new Worker({ ...quiet, warn: (_fields, text) => void said.push(text) })
  worker.request('bad', async () => {
    throw new Error('no')
  })
  await new Promise<void>((resolve) => worker.request('good', async () => resolve()))
  t.equal(said.length, 1)
})

t.test('after stop nothing more begins, and stop waits for what runs', async (t) => {
  const worker = new Worker(quiet)
  let ended = false
  let begin: () => void = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  worker.request('long', async () => {
    begin()
    await new Promise((resolve) => setImmediate(resolve))
    ended = true
  })
  worker.request('never', async () => {
    t.fail('ran after stop')
  })
  await begun
  await worker.stop()
  t.equal(ended, true)
})
