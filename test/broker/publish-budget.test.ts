import t from 'tap'
import { DEFAULT_LIMITS } from '../../broker/limits.js'
import { PublishBudget, PublishBudgets } from '../../broker/publish-budget.js'
import { FakeClock } from '../support/broker.js'

const limits = {
  ...DEFAULT_LIMITS,
  ...{ messagesPerSecond: 1, messageBurst: 10, bytesPerSecond: 100, byteBurst: 1000 },
}

t.test('B21: telemetry leaves the last fifth of the messages to what must arrive', async (t) => {
  const budget = new PublishBudget(limits, 0)
  const spent = (isTelemetry: boolean) => budget.spend(0, 1, isTelemetry)
  for (let i = 0; i < 8; i++) t.equal(spent(true), null)
  t.equal(spent(true), 'messages')
  t.equal(spent(false), null)
  t.equal(spent(false), null)
  t.equal(spent(false), 'messages')
  t.equal(budget.spend(1000, 1, true), 'messages', 'and does not take the first that comes back')
  t.equal(budget.spend(1000, 1, false), null)
})

t.test('B21: a few large messages spend the bytes', async (t) => {
  const budget = new PublishBudget(limits, 0)
  t.equal(budget.spend(0, 800, true), null)
  t.equal(budget.spend(0, 1, true), 'bytes')
  t.equal(budget.spend(0, 200, false), null)
  t.equal(budget.spend(0, 1, false), 'bytes')
  t.equal(budget.spend(1000, 100, false), null)
})

t.test('a reconnect brings no new budget; a station that is forgotten begins anew', async (t) => {
  const budgets = new PublishBudgets(limits, new FakeClock())
  t.equal(budgets.of('a'), budgets.of('a'))
  t.not(budgets.of('a'), budgets.of('b'))
  const before = budgets.of('a')
  budgets.forget('a')
  t.not(budgets.of('a'), before)
})
