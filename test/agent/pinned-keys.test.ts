import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import t from 'tap'
import { credentialPath, loadCredential } from '../../agent/credential.js'
import { CredentialFile } from '../../agent/credential-file.js'
import { PinnedKeys } from '../../agent/pinned-keys.js'
import { commandSchema, type PublicKey, type SigningKey, signCommand } from '../../shared/signed.js'
import { topics } from '../../shared/topics.js'
import { makeCredential, makeKey, ORG, STATION, startBench, tempDir } from '../support/agent-bench.js'

t.test('O17: keys are pinned by who is pinned; not by a stranger, not without their signer', async (t) => {
  const { core, config } = await startBench(t)
  const info = (since = 0) => core.until((h) => h.topic.endsWith('/info'), since)
  const [own] = (await info()).body['signingKeys'] as string[]
  t.equal(own, core.key.kid)
  let seq = 100
  const tell = async (signer: SigningKey, keys: readonly PublicKey[]) => {
    const iat = Date.now() / 1000
    const jti = randomUUID()
    seq += 1
    const command = commandSchema.parse({
      ...{ iss: 'talos-core', aud: STATION, jti, seq, iat, exp: iat + 60 },
      ...{ op: 'keys', args: { keys } },
    })
    await core.publish(topics.command(ORG, STATION, 'config'), await signCommand(command, signer))
    return await core.ack(jti)
  }
  const stranger = await makeKey('stranger-0001')
  const next = await makeKey('successor-0001')
  t.match(await tell(stranger.signing, [stranger.pinned]), { result: 'rejected', code: 'signature_invalid' })
  t.match(await tell(core.key, [next.pinned]), { result: 'rejected', code: 'malformed' })

  const { x } = next.pinned
  const pinned = { kty: 'OKP', crv: 'Ed25519', x, kid: next.pinned.kid } as const
  const mine = { ...pinned, kid: core.key.kid, x: next.pinned.x }
  const since = core.heard.length
  t.match(await tell(core.key, [pinned, mine]), { result: 'accepted' })
  t.same((await info(since)).body['signingKeys'], [pinned.kid, core.key.kid], 'it tells so')
  const stored = await loadCredential(credentialPath(config.dataDir))
  t.same(stored.signingKeys, [pinned, mine], 'kept over a restart')
  t.match(await tell(next.signing, [pinned]), { result: 'accepted' }, 'the successor is believed')
  t.match(
    await tell(core.key, [mine]),
    { result: 'rejected', code: 'signature_invalid' },
    'the former is not',
  )
})

t.test('a disk that takes no keys leaves the former ones, and ends nothing', async (t) => {
  const { pinned } = await makeKey('key-00000001')
  const next = (await makeKey('successor-0001')).pinned
  const folder = await tempDir(t)
  const file = new CredentialFile(credentialPath(folder), makeCredential({ port: 1 }, pinned))
  const keys = new PinnedKeys(file)
  await rm(folder, { recursive: true })
  t.match(await keys.replace([next, pinned], pinned.kid), { code: 'internal' })
  t.same(keys.kids, [pinned.kid])
})
