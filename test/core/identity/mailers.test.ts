import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { MailBudget } from '../../../core/identity/mail-budget.js'
import { ConsoleMailer, SmtpMailer } from '../../../core/identity/mailers.js'
import { HOUR } from '../../../shared/time.js'

/** An SMTP server (RFC 5321) that takes one mail and keeps what it was told. */
async function smtpServer(t: Test): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = []
  const talk = (socket: Socket) => {
    let isData = false
    let rest = ''
    socket.write('220 test ESMTP\r\n')
    socket.on('data', (chunk) => {
      const parts = (rest + chunk).split('\r\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        lines.push(line)
        if (isData && line !== '.') continue
        if (line === '.') isData = false
        else if (line === 'DATA') isData = true
        if (line.startsWith('EHLO')) socket.write('250-test\r\n250 AUTH PLAIN\r\n')
        else if (line.startsWith('AUTH')) socket.write('235 ok\r\n')
        else if (line === 'DATA') socket.write('354 go on\r\n')
        else if (line === 'QUIT') socket.end('221 bye\r\n')
        else socket.write('250 ok\r\n')
      }
    })
    socket.on('error', () => undefined)
  }
  const server = createServer(talk).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { port: (server.address() as AddressInfo).port, lines }
}

const MAIL = {
  to: 'a@example.org',
  subject: 'Sign in to Talos',
  text: 'https://talos.example.org/sign-in#x\n',
}

t.test('a mail goes out by SMTP, with the credentials of the URL', async (t) => {
  const { port, lines } = await smtpServer(t)
  const mailer = new SmtpMailer(`smtp://user%40x:p%2Fw@127.0.0.1:${port}`, () => 'Talos <talos@example.org>')
  await mailer.send(MAIL)
  await mailer.stop()
  t.ok(lines.includes('MAIL FROM:<talos@example.org>'))
  t.ok(lines.includes('RCPT TO:<a@example.org>'))
  t.ok(lines.includes('Subject: Sign in to Talos'))
  t.ok(lines.includes('https://talos.example.org/sign-in#x'))
  const auth = lines.find((line) => line.startsWith('AUTH PLAIN ')) ?? ''
  t.equal(Buffer.from(auth.slice(11), 'base64').toString(), '\0user@x\0p/w')
})

t.test('a mail server that is not there is an error for the log, not a hang', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await t.rejects(new SmtpMailer(`smtp://127.0.0.1:${port}`, () => 'a@b.c').send(MAIL), {
    code: /CONNECTION|ECONN|ESOCKET/,
  })
})

t.test('A9: the console mailer prints', async (t) => {
  const printed: string[] = []
  const mailer = new ConsoleMailer((text) => printed.push(text))
  await mailer.send(MAIL)
  await mailer.stop()
  t.match(printed[0], /a@example\.org[\s\S]*sign-in#x/)
})

t.test('A2: five mails an hour to an address, 200 to all', (t) => {
  const budget = new MailBudget()
  const taken = (address: string, at: number, times: number) =>
    Array.from({ length: times }, () => budget.take(address, at)).filter(Boolean).length
  t.equal(taken('a', 0, 10), 5)
  t.equal(taken('a', HOUR - 1, 10), 0)
  t.equal(taken('a', HOUR, 10), 5)
  let total = 5
  for (let n = 0; n < 100; n++) total += taken(`b${n}`, HOUR, 5)
  t.equal(total, 200)
  t.end()
})
