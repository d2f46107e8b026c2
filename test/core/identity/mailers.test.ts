import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import path from 'node:path'
import t, { type Test } from 'tap'
import { MailBudget } from '../../../core/identity/mail-budget.js'
import { htmlOf } from '../../../core/identity/mail-html.js'
import { ConsoleMailer, SmtpMailer } from '../../../core/identity/mailers.js'
import { linkMail, stepUpMail } from '../../../core/identity/sign-in-mail.js'
import { HOUR, MINUTE } from '../../../shared/time.js'
import { certificate } from '../../support/certificate.js'
import { runProgram } from '../../support/program.js'
import { partsOf, smtpInbox } from '../../support/smtp.js'

const URL = 'https://talos.example.org/sign-in#abc'
const MAIL = linkMail({ to: 'a@example.org', url: URL, lifeMs: 10 * MINUTE, address: '192.0.2.7' })
const from = () => 'Talos <talos@example.org>'

t.test('a mail goes out by SMTP in two parts that say the same, and loads nothing', async (t) => {
  const inbox = await smtpInbox(t)
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${inbox.port}`, from)
  await mailer.send(MAIL)
  await mailer.stop()
  const [mail] = inbox.mails
  t.match(mail, { from: 'talos@example.org', to: ['a@example.org'], secure: false, user: null })
  const source = mail?.source ?? ''
  t.match(source, /^Subject: Sign in to Talos\r$/m)
  t.match(source, /^Auto-Submitted: auto-generated\r$/m)
  t.match(source, /^Content-Type: multipart\/alternative;/m)
  const [text, html, ...rest] = partsOf(source)
  t.same([text?.type, html?.type, rest], ['text/plain', 'text/html', []])
  t.match(text?.text, URL)
  t.ok(html?.text.includes(`<a href="${URL}"`))
  t.notMatch(html?.text, /<img|<link|<script|<style|src=|url\(|@import/i)
  t.same(html?.text.match(/https?:\/\/[^"<\s]+/g), [URL, URL], 'no address but the link itself')
})

t.test('the credentials of the URL are used; wrong ones are an error', async (t) => {
  const inbox = await smtpInbox(t, {
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'user@x' && password === 'p/w' ? done(null, { user: username }) : done(new Error('no')),
  })
  const send = (credentials: string) =>
    new SmtpMailer(`smtp://${credentials}127.0.0.1:${inbox.port}`, from).send(MAIL)
  await send('user%40x:p%2Fw@')
  t.equal(inbox.mails[0]?.user, 'user@x')
  await t.rejects(send('user%40x:wrong@'), { code: 'EAUTH' })
  await t.rejects(send(''), { message: /530/ })
  t.equal(inbox.mails.length, 1)
})

t.test('O16: TLS, from the first byte or by STARTTLS, with a certificate that is trusted', async (t) => {
  const pair = certificate(t)
  if (pair === null) return t.pass('needs openssl', { skip: 'openssl is not here' })
  const tls = { key: readFileSync(pair.keyFile), cert: pair.ca }
  for (const scheme of ['smtps', 'smtp'] as const) {
    const inbox = await smtpInbox(t, { ...tls, secure: scheme === 'smtps' })
    const sent = async (trusted: boolean) => {
      const env = { PATH: process.env['PATH'], ...(trusted ? { NODE_EXTRA_CA_CERTS: pair.certFile } : {}) }
      const url = `${scheme}://127.0.0.1:${inbox.port}`
      const program = runProgram(t, path.resolve(import.meta.dirname, '../../support/send-mail.js'), [url], {
        env,
      })
      await program.end
      return program.printed[0]
    }
    t.equal(await sent(true), 'sent', scheme)
    t.equal(inbox.mails[0]?.secure, true)
    t.match(await sent(false), /self-signed certificate/, `${scheme}: verification is on`)
    t.equal(inbox.mails.length, 1)
  }
})

t.test('a refused recipient or sender is an error', async (t) => {
  const inbox = await smtpInbox(t, {
    onRcptTo: (_address, _session, done) =>
      done(Object.assign(new Error('no such user'), { responseCode: 550 })),
  })
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${inbox.port}`, from)
  await t.rejects(mailer.send(MAIL), { code: 'EENVELOPE', responseCode: 550 })
  t.equal(inbox.mails.length, 0)
})

t.test('a mail server that is not there is an error for the log, not a hang', async (t) => {
  const { port, close } = await smtpInbox(t)
  await close()
  await t.rejects(new SmtpMailer(`smtp://127.0.0.1:${port}`, from).send(MAIL), {
    code: /CONNECTION|ECONN|ESOCKET/,
  })
})

/** Says a byte now and then, for ever. */
async function drippingServer(t: Test): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const timer = setInterval(() => socket.write('2'), 20)
    socket.on('error', () => undefined)
    socket.once('close', () => clearInterval(timer))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

t.test('one that never comes to the point is given up', async (t) => {
  const port = await drippingServer(t)
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${port}`, from, 200)
  await t.rejects(mailer.send(MAIL), { message: /took longer than 200 ms/ })
})

t.test('nobody writes headers into a mail through an address or a name', async (t) => {
  const inbox = await smtpInbox(t)
  const mailer = new SmtpMailer(`smtp://127.0.0.1:${inbox.port}`, from)
  await mailer.send({ ...MAIL, subject: 'Invited\r\nBcc: b@example.org' })
  t.same(inbox.mails[0]?.to, ['a@example.org'])
  t.notMatch(inbox.mails[0]?.source, /^Bcc:/m)
})

t.test('the HTML part shows text as text', (t) => {
  const html = htmlOf(
    'by <b>Eve</b> & "Co"\n\nhttps://talos.example.org/x?a=1&b=2\n\nBCDF-GHJK\n\njavascript:alert(1)\n',
  )
  t.match(html, '<p>by &lt;b&gt;Eve&lt;/b&gt; &amp; &quot;Co&quot;</p>')
  t.match(html, '<a href="https://talos.example.org/x?a=1&amp;b=2"')
  t.match(html, /monospace[^>]*>BCDF-GHJK</)
  t.match(html, '<p>javascript:alert(1)</p>')
  t.end()
})

t.test('A9: the console mailer prints', async (t) => {
  const printed: string[] = []
  const mailer = new ConsoleMailer((text) => printed.push(text))
  await mailer.send(stepUpMail({ to: 'a@example.org', code: 'BCDF-GHJK', lifeMs: MINUTE, address: '::1' }))
  await mailer.stop()
  t.match(printed[0], /a@example\.org[\s\S]*BCDF-GHJK/)
})

t.test('A2: five mails an hour to an address and 200 to all, for strangers and for known browsers', (t) => {
  const budget = new MailBudget()
  const taken = (address: string, at: number, times: number) =>
    Array.from({ length: times }, () => budget.take(address, at)).filter(Boolean).length
  t.equal(taken('a', 0, 10), 5)
  t.equal(taken('a', HOUR - 1, 10), 0)
  t.equal(taken('a', HOUR, 10), 5)
  let total = 5
  for (let n = 0; n < 100; n++) total += taken(`b${n}`, HOUR, 5)
  t.equal(total, 200)
  t.equal(budget.take('c', HOUR), false)
  t.equal(budget.take('c', HOUR, 'known'), true, 'what strangers have spent is not of this purse')
  t.end()
})
