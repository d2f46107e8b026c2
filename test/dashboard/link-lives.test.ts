import t from 'tap'
import { lifeText, linkLives } from '../../core/dashboard/logic/link-lives.js'

t.test('minutes are said as people say them', async (t) => {
  t.equal(lifeText(1), '1 minute')
  t.equal(lifeText(45), '45 minutes')
  t.equal(lifeText(60), '1 hour')
  t.equal(lifeText(10_080), '7 days')
})

t.test("E3: the server's own life is offered, and none that it refuses", async (t) => {
  const minutes = (ttlMinutes: number, maxTtlMinutes: number) =>
    linkLives({ ttlMinutes, maxTtlMinutes }).map(([value]) => value)
  t.same(minutes(15, 10_080), [15, 60, 1440, 10_080])
  t.same(minutes(30, 120), [15, 30, 60, 120])
  t.same(minutes(5, 10), [5, 10])
})
