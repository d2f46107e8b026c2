import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { certificate } from '../support/certificate.js'
import { testDatabase } from '../support/database.js'
import { temporaryDirectory } from '../support/directory.js'

const PROGRAM = path.resolve(import.meta.dirname, '../support/run-core.js')

function launch(t: Test, env: Record<string, string>) {
  const child = fork(PROGRAM, { env: { PATH: process.env['PATH'] ?? '', ...env }, silent: true })
  t.teardown(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  return { child, exited, output: () => output }
}

async function settings(t: Test) {
  return {
    TALOS_HTTP_PORT: '0',
    TALOS_MQTT_PORT: '0',
    TALOS_DATABASE_URL: (await testDatabase(t)).url,
    TALOS_DATA_DIR: temporaryDirectory(t),
  }
}

t.test('a wrong configuration ends with 2 and names every wrong variable', async (t) => {
  const { exited, output } = launch(t, { TALOS_HTTP_PORT: 'x', TALOS_MAILER: 'y' })
  t.equal(await exited, 2)
  t.match(output(), /TALOS_HTTP_PORT must be a port number/)
  t.match(output(), /TALOS_MAILER must be console or smtp/)
  t.notMatch(output(), /at .*\.js:/, 'no stack')
})

t.test('core tells its parent where it is, prints the owner link, and ends with 0 on SIGTERM', async (t) => {
  const env = await settings(t)
  const { child, exited, output } = launch(t, env)
  const [message] = await once(child, 'message')
  t.match(message, {
    ready: true,
    url: /^http:\/\/127\.0\.0\.1:[0-9]+$/,
    mqttUrl: /^mqtt:\/\/127\.0\.0\.1:[0-9]+$/,
    ownerLink: /\/sign-in#/,
  })
  const { url, localUrl, ownerLink } = message as Record<string, string>
  t.equal(localUrl, url)
  t.equal((await fetch(`${url}/api/v1/readyz`)).status, 200)
  child.kill('SIGTERM')
  child.kill('SIGTERM')
  t.equal(await exited, 0, 'the signal may come twice')
  t.ok(output().includes(ownerLink ?? 'none'))
  t.equal(output().match(/is ready at/g)?.length, 1)

  const wrongKey = launch(t, { ...env, TALOS_MASTER_KEY: randomBytes(32).toString('hex') })
  t.equal(await wrongKey.exited, 2, 'and another master key is a wrong configuration')
  t.match(wrongKey.output(), /master_key_wrong/)
})

t.test('SIGHUP makes core look at its certificate and go on', async (t) => {
  const [made, other] = [certificate(t), certificate(t)]
  if (made === null || other === null) return t.comment('there is no openssl here')
  const tls = { TALOS_MQTTS_PORT: '0', TALOS_TLS_CERT: made.certFile, TALOS_TLS_KEY: made.keyFile }
  const { child, exited, output } = launch(t, { ...(await settings(t)), ...tls })
  await once(child, 'message')
  copyFileSync(other.certFile, made.certFile)
  copyFileSync(other.keyFile, made.keyFile)
  child.kill('SIGHUP')
  while (!output().includes('the certificate was renewed')) await once(child.stderr ?? child, 'data')
  child.kill('SIGTERM')
  t.equal(await exited, 0)
})

t.test('core ends when its parent is gone', async (t) => {
  const { child, exited } = launch(t, await settings(t))
  await once(child, 'message')
  child.disconnect()
  t.equal(await exited, 0)
})

t.test('a database that cannot be reached is a failure: 1', async (t) => {
  const { exited, output } = launch(t, {
    ...(await settings(t)),
    TALOS_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  })
  t.equal(await exited, 1)
  t.match(output(), /^unavailable: /m)
})
