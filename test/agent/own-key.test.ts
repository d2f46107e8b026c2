import t, { type Test } from 'tap'
import { credentialPath, loadCredential, saveCredential } from '../../agent/credential.js'
import { CredentialFile } from '../../agent/credential-file.js'
import { OwnKey } from '../../agent/own-key.js'
import { DAY, iso, MINUTE } from '../../shared/time.js'
import { KeptLog, makeCredential, makeKey, tempDir } from '../support/agent-bench.js'

const NEXT = `gsk_fedcba9876543210_${'n'.repeat(43)}`

/** An agent that connects with a certificate, and has a next key that the broker refused. */
async function refusedNext(t: Test, ask: (key: string) => Promise<{ status: number; body: unknown }>) {
  const path = credentialPath(await tempDir(t))
  const credential = makeCredential({ port: 1 }, (await makeKey()).pinned)
  const nextKey = { key: NEXT, keyIssuedAt: iso(Date.now()), renewAt: iso(Date.now() + 100 * DAY) }
  await saveCredential(path, { ...credential, nextKey })
  const file = new CredentialFile(path, await loadCredential(path))
  const clock = { ms: Date.now(), now: () => clock.ms, monotonic: () => clock.ms }
  const asked: string[] = []
  const own = new OwnKey({
    ...{ file, clock, isLinked: () => true, reconnect: () => {}, random: () => 0, log: new KeptLog() },
    request: async () => ({ status: 500, body: null }),
    ask: (key) => {
      asked.push(key)
      return ask(key)
    },
  })
  t.ok(own.isUnproved)
  t.ok(own.refused(NEXT), 'there is the certificate')
  t.notOk(own.isUnproved)
  return { own, file, path, clock, asked, former: credential.key }
}

t.test(
  'E30: where the bus takes certificates only, core says over HTTP that the next key was proved',
  async (t) => {
    const { own, file, path, asked } = await refusedNext(t, async () => ({ status: 200, body: {} }))
    await own.tick()
    t.same(asked, [NEXT])
    t.equal(file.current.key, NEXT)
    t.equal((await loadCredential(path)).nextKey, undefined)
  },
)

t.test('a next key that core does not know is forgotten; the former stays', async (t) => {
  const { own, file, former } = await refusedNext(t, async () => ({ status: 401, body: {} }))
  await own.tick()
  t.equal(file.current.key, former)
  t.equal(file.current.nextKey, undefined)
})

t.test('while core does not answer both are kept, and it is asked again', async (t) => {
  let round = 0
  const { own, file, clock, asked } = await refusedNext(t, async () => {
    round++
    if (round === 1) throw new Error('no answer')
    return { status: round === 2 ? 503 : 200, body: {} }
  })
  await own.tick()
  t.equal(file.current.nextKey?.key, NEXT)
  await own.tick()
  t.equal(asked.length, 1, 'not at once')
  for (let i = 0; i < 10; i++) {
    clock.ms += MINUTE
    await own.tick()
  }
  t.equal(asked.length, 3)
  t.equal(file.current.key, NEXT)
})
