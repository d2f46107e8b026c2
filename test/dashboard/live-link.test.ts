import t from 'tap'
import { type Connection, type LinkStatus, LiveLink } from '../../core/dashboard/logic/live-link.js'
import { TalosError } from '../../shared/errors.js'

/** A link whose world is in the hands of the test; `statuses` resolves what comes next. */
function world(ticket: () => Promise<string>, open: (ticket: string) => Promise<Connection>) {
  const seen: LinkStatus[] = []
  const wanted: ((status: LinkStatus) => void)[] = []
  const waits: number[] = []
  let now = 0
  let signedOut = 0
  const link = new LiveLink<string>({
    ticket,
    open,
    now: () => now,
    random: () => 1,
    wait: async (ms) => {
      waits.push(ms)
      now += ms
    },
    onStatus: (status) => {
      seen.push(status)
      wanted.shift()?.(status)
    },
    onSignedOut: () => {
      signedOut++
    },
  })
  return {
    link,
    seen,
    waits,
    pass: (ms: number) => {
      now += ms
    },
    signedOut: () => signedOut,
    next: () => new Promise<LinkStatus>((resolve) => wanted.push(resolve)),
    async until(kind: LinkStatus['kind']) {
      while (seen.at(-1)?.kind !== kind) await this.next()
    },
  }
}

function connection(): Connection & { end: (why: string) => void; closed: boolean } {
  let end: (why: string) => void = () => {}
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  const c = {
    ended,
    end,
    closed: false,
    close() {
      c.closed = true
      end('closed here')
    },
  }
  return c
}

t.test('W11: each connection has a fresh ticket', async (t) => {
  const tickets: string[] = []
  const connections = [connection(), connection()]
  let n = 0
  const w = world(
    async () => `ticket ${++n}`,
    async (ticket) => {
      tickets.push(ticket)
      return connections[tickets.length - 1] ?? connection()
    },
  )
  w.link.start()
  await w.until('live')
  connections[0]?.end('the broker went away')
  await w.next()
  await w.until('live')
  t.same(tickets, ['ticket 1', 'ticket 2'])
  t.match(
    w.seen.find((s) => s.kind === 'waiting'),
    { why: 'the broker went away', at: 1000 },
  )
  await w.link.stop()
  t.ok(connections[1]?.closed)
  t.equal(w.seen.at(-1)?.kind, 'off')
})

t.test('waits grow while nothing works, and start anew after a good connection', async (t) => {
  let fails = 3
  const good = connection()
  const w = world(
    async () => 'x',
    async () => {
      if (fails-- > 0) throw new Error('refused')
      return good
    },
  )
  w.link.start()
  await w.until('live')
  t.same(w.waits, [1000, 2000, 4000])
  w.pass(60_000)
  fails = 1
  good.end('lost')
  await w.next()
  await w.until('live')
  t.same(w.waits.slice(3), [1000, 2000])
  await w.link.stop()
})

t.test('W11: without a session it asks no more and says so', async (t) => {
  const w = world(
    async () => {
      throw new TalosError('not_signed_in', 'Sign in first.')
    },
    async () => connection(),
  )
  w.link.start()
  await w.until('off')
  t.equal(w.signedOut(), 1)
  t.same(w.waits, [])
})

t.test('without the right it says why and does not insist', async (t) => {
  const w = world(
    async () => {
      throw new TalosError('forbidden', 'This needs the permission view_telemetry.')
    },
    async () => connection(),
  )
  w.link.start()
  await w.until('refused')
  t.match(w.seen.at(-1), { why: 'This needs the permission view_telemetry.' })
  t.equal(w.signedOut(), 0)
})

t.test('stopped while it connects, it leaves nothing open', async (t) => {
  const late = connection()
  let give: (c: Connection) => void = () => {}
  const asked = new Promise<Connection>((resolve) => {
    give = resolve
  })
  let opening: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    opening = resolve
  })
  const w = world(
    async () => 'x',
    (_ticket) => {
      opening()
      return asked
    },
  )
  w.link.start()
  await opened
  const stopped = w.link.stop()
  give(late)
  await stopped
  t.ok(late.closed)
  t.notOk(w.seen.some((s) => s.kind === 'live'))
})
