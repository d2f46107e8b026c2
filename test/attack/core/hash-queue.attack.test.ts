/** Strangers that present tokens as fast as they are let (E7). */
import t from 'tap'
import { SlowHash } from '../../../core/crypto/slow-hash.js'

t.test(
  'strangers that fill the line of secrets to be checked keep no administrator from issuing',
  async (t) => {
    const slow = new SlowHash()
    const known = await slow.hash('known')
    let over = false
    let refused = 0
    const strangers = Array.from({ length: 40 }, async () => {
      while (!over)
        await slow.verify(known, 'wrong').catch(async () => {
          refused += 1
          await new Promise((resolve) => setTimeout(resolve, 5))
        })
    })
    await t.resolves(Promise.all(Array.from({ length: 5 }, () => slow.hash('of an administrator'))))
    over = true
    await Promise.all(strangers)
    t.ok(refused > 0)
  },
)
