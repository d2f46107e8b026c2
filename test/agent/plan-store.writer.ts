/**
 * A process of its own that writes plans until it is killed; run by plan-store.test. It prints a line for each plan once
 * that is stored, and for each withdrawal.
 * @module
 */
import { readFile } from 'node:fs/promises'
import { PlanStore } from '../../agent/plan-store.js'
import { type PublicKey, verifyPlan } from '../../shared/signed.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog, STATION } from '../support/agent-bench.js'

const [dataDir = '', messagesFile = ''] = process.argv.slice(2)
const { pinned, messages } = JSON.parse(await readFile(messagesFile, 'utf8')) as {
  pinned: PublicKey
  messages: string[]
}
const store = new PlanStore(dataDir, { all: [pinned] }, STATION, systemClock, new KeptLog())
await store.load()
while (true) {
  for (const jws of messages) {
    const message = await verifyPlan(jws, [pinned])
    if (message.op !== 'plan') continue
    const { contactId, hash } = await store.put(jws, message)
    process.stdout.write(`${contactId} ${hash}\n`)
  }
}
