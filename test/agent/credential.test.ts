import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { loadCredential, saveCredential } from '../../agent/credential.js'
import { makeCredential, makeKey, tempDir } from '../support/agent-bench.js'

t.test('G3: a credential that others can read is refused, and so is none', async (t) => {
  const path = join(await tempDir(t), 'credential.json')
  await t.rejects(loadCredential(path), { code: 'config_invalid', message: /agent enroll/ })
  const credential = makeCredential({ port: 1883 }, (await makeKey()).pinned)
  await saveCredential(path, credential)
  t.same(await loadCredential(path), credential)
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    await chmod(path, mode)
    await t.rejects(loadCredential(path), { code: 'config_invalid', message: /chmod 600/ })
  }
})

t.test('G3: what is wrong in a credential is said without saying the secret', async (t) => {
  const path = join(await tempDir(t), 'credential.json')
  const credential = makeCredential({ port: 1883 }, (await makeKey()).pinned)
  const wrong = [
    { ...credential, key: `gse_0123456789abcdef_${'q'.repeat(43)}` },
    { ...credential, mqttUrl: 'mqtt://talos.example:1883' },
    { ...credential, url: 'http://talos.example' },
    { ...credential, signingKeys: [] },
    { ...credential, extra: 1 },
  ]
  for (const value of wrong) {
    await writeFile(path, JSON.stringify(value), { mode: 0o600 })
    const error = (await loadCredential(path).catch((cause: unknown) => cause)) as Error
    t.match(error, { code: 'config_invalid' })
    t.notMatch(error.message, /qqqq|kkkk/)
  }
  await writeFile(path, '{"key":"gsk_', { mode: 0o600 })
  await t.rejects(loadCredential(path), { code: 'config_invalid' })
})
