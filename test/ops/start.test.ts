import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { TALOS_BIN } from '../../ops/child.js'
import { temporaryDirectory } from '../support/directory.js'

/** `npm start` in an environment of its own. */
function start(folder: string, settings: Record<string, string>) {
  const env = { ...process.env, TALOS_DATA_DIR: folder, TALOS_MQTT_PORT: '0', ...settings }
  const child = fork(TALOS_BIN, ['start'], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
    })
  t.teardown(() => child.kill('SIGKILL'))
  return { child, exited: once(child, 'exit'), printed: () => printed }
}

t.test('A wrong setting is named once, without a stack, and the exit code is 2', async (t) => {
  const { exited, printed } = start(temporaryDirectory(t), { TALOS_HTTP_PORT: 'x' })
  t.equal((await exited)[0], 2)
  t.equal(printed(), 'config_invalid: TALOS_HTTP_PORT must be a port number\n')
})

t.test('Ctrl-C while core starts ends all of it', async (t) => {
  const folder = path.join(temporaryDirectory(t), 'data')
  const { child, exited, printed } = start(folder, { TALOS_HTTP_PORT: '0' })
  // Core has made its folder: it runs, and is not ready by far.
  const look = setInterval(() => {
    try {
      readdirSync(folder)
      clearInterval(look)
      child.kill('SIGINT')
    } catch {}
  }, 20)
  t.equal((await exited)[0], 0)
  t.notMatch(printed(), /"name":"director"/, 'the director is not begun any more')
})
