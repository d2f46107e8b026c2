import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import t from 'tap'
import { testDatabase } from '../../support/database.js'
import { temporaryDirectory } from '../../support/directory.js'
import { partsOf, smtpInbox } from '../../support/smtp.js'

const OWNER = 'owner@example.org'

t.test('a person signs in by a mail that went over SMTP; a server that is away spoils nothing', async (t) => {
  const inbox = await smtpInbox(t)
  const child = fork(path.resolve(import.meta.dirname, '../../support/run-core.js'), {
    env: {
      PATH: process.env['PATH'] ?? '',
      TALOS_HTTP_PORT: '0',
      TALOS_MQTT_PORT: '0',
      TALOS_DATABASE_URL: (await testDatabase(t)).url,
      TALOS_DATA_DIR: temporaryDirectory(t),
      TALOS_OWNER_EMAIL: OWNER,
      TALOS_MAILER: 'smtp',
      TALOS_SMTP_URL: `smtp://127.0.0.1:${inbox.port}`,
    },
    silent: true,
  })
  t.teardown(() => child.kill('SIGKILL'))
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      printed += chunk
    })
  const [{ url, ownerLink }] = await once(child, 'message')
  const post = (path: string, body: object, cookie = '') =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, cookie },
      body: JSON.stringify(body),
    })
  const owner = await post('/auth/confirm', { token: ownerLink.split('#')[1], email: OWNER })
  t.equal(owner.status, 200)

  const coming = inbox.next()
  const asked = await post('/auth/login', { email: OWNER })
  t.equal(asked.status, 202)
  const cookie = asked.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const [text] = partsOf((await coming).source)
  const token = /\/sign-in#(\S{43})/.exec(text?.text ?? '')?.[1] ?? 'none'
  t.equal((await post('/auth/confirm', { token }, cookie)).status, 200)

  await inbox.close()
  t.equal((await post('/auth/login', { email: OWNER })).status, 202, 'the answer does not tell')
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  t.equal(code, 0)
  t.match(printed, /sign-in mail/, 'the log does')
  t.notOk(printed.includes(token), 'and holds no link')
})
