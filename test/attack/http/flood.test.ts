/** Ten thousand who ask to be let in. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { ApiClient } from '../../support/client.js'
import { OWNER, type TestCore, testCore } from '../../support/core.js'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
/** What is still needed. */
const heapBytes = (): number => {
  collect()
  return process.memoryUsage().heapUsed
}

/** From one address each: what a botnet can. */
const bot = (core: TestCore, n: number) =>
  new ApiClient({
    app: core.app,
    origin: core.url,
    address: `10.${100 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
  })

t.test(
  'A2: ten thousand sign-ins send a handful of mails, make no row, and leave nothing behind',
  async (t) => {
    const core = await testCore(t)
    const mails = core.mailer.mails.length
    const login = (n: number) =>
      bot(core, n).api('POST', '/auth/login', { email: n % 2 === 0 ? OWNER : `nobody-${n}@example.org` })
    const round = async (from: number, count: number) => {
      const answers = await Promise.all(Array.from({ length: count }, (_, n) => login(from + n)))
      return answers.filter(({ status }) => status === 202).length
    }
    await round(0, 500)
    const before = heapBytes()
    let accepted = 0
    for (let n = 500; n < 10_000; n += 250) accepted += await round(n, 250)
    t.equal(accepted, 9500, 'each address is below its limit, and answered alike')
    const grownMiB = (heapBytes() - before) / 2 ** 20
    t.ok(grownMiB < 50, `${grownMiB.toFixed(0)} MiB`)
    const single = await Promise.all(Array.from({ length: 50 }, () => login(20_000)))
    t.equal(single.filter(({ status }) => status === 202).length, 5, 'one address alone is stopped at once')
    const owner = new ApiClient({ app: core.app, origin: core.url, address: '10.250.0.1' })
    for (const [name, value] of core.owner.cookies) owner.cookies.set(name, value)
    const mail = core.mailer.next(OWNER)
    await owner.api('POST', '/auth/login', { email: OWNER })
    t.ok(await mail)
    t.equal(await core.prisma.user.count(), 1)
    await core.core.stop()
    const sent = core.mailer.mails.filter(({ to }) => to === OWNER).length - mails
    t.equal(core.mailer.mails.length - mails, sent, 'nobody else gets one')
    t.ok(sent > 1 && sent <= 6, `${sent} mails: five for strangers, one for a browser that is known`)
  },
)
