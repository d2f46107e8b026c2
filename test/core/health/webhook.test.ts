import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import t, { type Test } from 'tap'
import { sendWebhook, signatureOf, webhookRefusal } from '../../../core/health/webhook.js'

const NOBODY: ReadonlySet<string> = new Set()

/** A machine of somebody else, on this one. */
async function receiver(t: Test, answer: RequestListener) {
  const got: { headers: IncomingHttpHeaders; body: string; url: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => {
      body += part
    })
    request.on('end', () => {
      got.push({ headers: request.headers, body, url: request.url ?? '' })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, got }
}

t.test('the signature is an HMAC over the time and the body, as docs/operate.md tells receivers', (t) => {
  const expected = createHmac('sha256', 'whs_secret').update('1795305600.{"a":1}').digest('hex')
  t.equal(signatureOf('whs_secret', 1795305600, '{"a":1}'), `v1=${expected}`)
  t.not(signatureOf('whs_secret', 1795305601, '{"a":1}'), `v1=${expected}`)
  t.not(signatureOf('whs_secret', 1795305600, '{"a":2}'), `v1=${expected}`)
  t.end()
})

t.test('any 2xx is an answer; all else says in words why not', async (t) => {
  const { origin, got } = await receiver(t, (request, response) => {
    const status = Number((request.url ?? '').slice(1))
    response
      .writeHead(status, status === 302 ? { location: '/200' } : {})
      .end(status === 500 ? 'no\nspace' : '')
  })
  const trusted = new Set([origin])
  const send = (path: string) =>
    sendWebhook(`${origin}${path}`, '{}', { 'talos-signature': 'v1=x' }, { trusted })
  t.equal(await send('/200'), null)
  t.equal(await send('/204'), null)
  t.equal(await send('/500'), 'it answered 500: "no space"')
  t.equal(await send('/302'), 'it answered 302: redirects are not followed')
  t.match(got[0], {
    body: '{}',
    headers: { 'content-type': 'application/json', 'talos-signature': 'v1=x', 'user-agent': 'Talos' },
  })
  t.equal(got.length, 4, 'no redirect was followed')
})

t.test('an answer that never ends, or does not come, costs a bounded time', async (t) => {
  const { origin } = await receiver(t, (_request, response) => {
    response.writeHead(200)
    response.write('x'.repeat(100))
  })
  const trusted = new Set([origin])
  t.equal(await sendWebhook(origin, '{}', {}, { trusted, timeoutMs: 200 }), 'no whole answer in time')
  const endless = await receiver(t, (_request, response) => {
    const drip = () => {
      while (response.write('x'.repeat(64 * 1024)));
      response.once('drain', drip)
    }
    drip()
  })
  t.equal(await sendWebhook(endless.origin, '{}', {}, { trusted: new Set([endless.origin]) }), null)
})

t.test('SSRF: nothing inside is called, by whatever name, unless it was named', async (t) => {
  const { origin, got } = await receiver(t, (_request, response) => response.end())
  const { port } = new URL(origin)
  const inside: LookupFunction = (_host, options, callback) => {
    const found = [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]
    if (options.all === true) callback(null, found)
    else callback(null, '127.0.0.1', 4)
  }
  for (const [address, why] of [
    [origin, /not https/],
    [`https://127.0.0.1:${port}/`, /no address of the public internet/],
    [`https://[::1]:${port}/`, /no address of the public internet/],
    [`https://[::ffff:127.0.0.1]:${port}/`, /no address of the public internet/],
    [`https://2130706433:${port}/`, /no address of the public internet/],
    ['https://169.254.169.254/latest/meta-data/', /no address of the public internet/],
    [`https://hooks.example.org:${port}/`, /leads to no address of the public internet/],
  ] as const)
    t.match(await sendWebhook(address, '{}', {}, { trusted: NOBODY, lookup: inside }), why, address)
  t.same(got, [])
  t.equal(await sendWebhook(origin, '{}', {}, { trusted: new Set([origin]) }), null, 'it was named')
  t.equal(webhookRefusal('https://hooks.example.org/x', NOBODY), null)
})
