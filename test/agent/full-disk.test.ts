import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import t from 'tap'
import { makePlan, startBench } from '../support/agent-bench.js'

/** From now on nothing can be written; returns what makes room again. */
function fillDisk(): () => void {
  const real = { open: fs.open, appendFile: fs.appendFile }
  const full = () => Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))
  const open: typeof fs.open = (path, flags, mode) => (flags === 'r' ? real.open(path, flags, mode) : full())
  Object.assign(fs, { open, appendFile: full })
  syncBuiltinESMExports()
  return () => {
    Object.assign(fs, real)
    syncBuiltinESMExports()
  }
}

t.test('a full disk ends no pass: it is flown, told, and written when there is room', async (t) => {
  const { core, log } = await startBench(t)
  const plan = makePlan({ inS: 1, lengthS: 2, az: () => 200, el: () => 45 })
  await core.ack((await core.plan(plan)).jti, 'accepted')
  const makeRoom = fillDisk()
  t.teardown(makeRoom)
  const refused = await core.ack((await core.plan(makePlan({ inS: 600, lengthS: 5, prepassInS: 500 }))).jti)
  t.match(refused, { result: 'rejected', code: 'internal', detail: /no space left/ })
  t.match(await core.receipt(plan.contactId), { outcome: /completed|partial/, hash: /./ })
  await log.until(/^cannot write a receipt: no space left/)
  const move = await core.command({ op: 'move', args: { az: 210, el: 45 } })
  t.match(await core.ack(move, 'done'), { code: null }, 'commands are obeyed, too')
  makeRoom()
  const withdrawn = await core.ack(await core.withdraw(plan.contactId, 2))
  t.equal(withdrawn.result, 'accepted')
})

t.test('a receipt that the disk gives back damaged is told as lost, and not made up', async (t) => {
  const bench = await startBench(t)
  const { core, config } = bench
  const plan = makePlan({ inS: 0.3, lengthS: 1, az: () => 200, el: () => 45 })
  await core.ack((await core.plan(plan)).jti, 'accepted')
  await core.receipt(plan.contactId)
  const path = join(config.dataDir, 'receipts', `${plan.contactId}.json`)
  const text = await fs.readFile(path, 'utf8')
  await fs.writeFile(path, text.replace('onTargetS', 'onTargetZ'))
  const since = core.heard.length
  await bench.restart()
  t.match(await core.receipt(plan.contactId, since), {
    outcome: /failed|partial/,
    code: 'receipt_damaged',
  })
})
