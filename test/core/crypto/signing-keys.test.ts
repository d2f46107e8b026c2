import { randomBytes } from 'node:crypto'
import t from 'tap'
import { Sealer } from '../../../core/crypto/seal.js'
import { SigningKeys } from '../../../core/crypto/signing-keys.js'
import { signCommand, verifyCommand } from '../../../shared/signed.js'
import { systemClock } from '../../../shared/time.js'
import { testDatabase } from '../../support/database.js'

t.test('one key is made, whoever starts first; it signs what its public half verifies', async (t) => {
  const { prisma } = await testDatabase(t)
  const sealer = new Sealer(randomBytes(32), randomBytes)
  const all = [new SigningKeys(prisma, sealer, systemClock), new SigningKeys(prisma, sealer, systemClock)]
  t.throws(() => all[0]?.current(), /not been started/)
  await Promise.all(all.map((keys) => keys.start()))
  const [a, b] = all
  t.ok(a && b)
  t.equal(a?.current().kid, b?.current().kid)
  t.equal(await prisma.signingKey.count(), 1)

  const now = Math.floor(Date.now() / 1000)
  const command = {
    ...({ iss: 'talos-core', op: 'stop', args: {} } as const),
    ...{ aud: 'station-1', jti: 'command-1', seq: 1, iat: now, exp: now + 5 },
  }
  const again = new SigningKeys(prisma, sealer, systemClock)
  await again.start()
  const jws = await signCommand(command, again.current())
  t.same(await verifyCommand(jws, a?.publicKeys() ?? []), command)
  t.match(a?.publicKeys(), [{ kty: 'OKP', crv: 'Ed25519', kid: a?.current().kid }])

  const row = await prisma.signingKey.findFirstOrThrow()
  t.match(row.sealed, /^v2\./)
  t.notMatch(JSON.stringify(row), /PRIVATE KEY|"d"/)
  await t.rejects(new SigningKeys(prisma, new Sealer(randomBytes(32), randomBytes), systemClock).start(), {
    code: 'master_key_wrong',
  })
})
