import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import t, { type Test } from 'tap'
import { Audit } from '../../../core/audit/audit.js'
import { CertificateAuthorities } from '../../../core/crypto/certificate-authorities.js'
import { rotateMasterKeyFile } from '../../../core/crypto/master-key.js'
import { openSecrets } from '../../../core/crypto/open-secrets.js'
import { Sealer } from '../../../core/crypto/seal.js'
import type { PrismaClient } from '../../../prisma/generated/client.js'
import { DAY } from '../../../shared/time.js'
import { TestClock } from '../../support/clock.js'
import { testDatabase } from '../../support/database.js'
import { temporaryDirectory } from '../../support/directory.js'

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const STATION = '5f0c8a52-1f5d-4c0a-9a51-000000000001'

const spki = () =>
  Uint8Array.from(
    generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'der', type: 'spki' }),
  )

const authorities = (prisma: PrismaClient, sealer: Sealer, clock = new TestClock()) =>
  new CertificateAuthorities({
    ...{ prisma, sealer, clock, random: randomBytes },
    audit: new Audit(prisma, clock, SILENT),
  })

t.test(
  'one authority is made, whoever starts first; its key is sealed, its making in the trail',
  async (t) => {
    const { prisma } = await testDatabase(t)
    const sealer = new Sealer(randomBytes(32), randomBytes)
    const [a, b] = [authorities(prisma, sealer), authorities(prisma, sealer)]
    t.throws(() => a.current(), /not been started/)
    await Promise.all([a.start(), b.start()])
    t.equal(a.current().id, b.current().id)
    const row = await prisma.certificateAuthority.findFirstOrThrow()
    t.equal(await prisma.certificateAuthority.count(), 1)
    t.match(row.sealed, /^v2\./)
    t.notMatch(row.sealed + row.certificate, /PRIVATE KEY/)
    t.match(await prisma.auditEvent.findMany(), [
      {
        action: 'certificate_authority.create',
        targetId: row.id,
        outcome: 'success',
        detail: { fingerprint: row.fingerprint },
      },
    ])
    await t.rejects(authorities(prisma, new Sealer(randomBytes(32), randomBytes)).start(), {
      code: 'master_key_wrong',
    })
    // A38: sealed for its own row.
    const other = await prisma.certificateAuthority.create({
      data: { ...row, id: 'another-row-1', fingerprint: 'f' },
    })
    await t.rejects(authorities(prisma, sealer).start(), { code: 'master_key_wrong' })
    await prisma.certificateAuthority.delete({ where: { id: other.id } })
  },
)

t.test('E27: it signs for 90 days, from a little earlier on, under its own name', async (t) => {
  const { prisma } = await testDatabase(t)
  const clock = new TestClock()
  const all = authorities(prisma, new Sealer(randomBytes(32), randomBytes), clock)
  await all.start()
  const signed = await all.sign(STATION, spki())
  const certificate = new X509Certificate(signed.certificate)
  t.equal(certificate.serialNumber.toLowerCase(), signed.serial)
  t.match(signed.serial, /^[0-9a-f]{32}$/)
  t.ok(certificate.verify(new X509Certificate(signed.issuer).publicKey))
  t.equal(Date.parse(certificate.validTo), signed.notAfter)
  const now = Math.floor(clock.now() / 1000) * 1000
  t.same([signed.notBefore, signed.notAfter], [now - 300_000, now + 90 * DAY])
})

t.test('the next authority is made a year before the end of the last; both are trusted', async (t) => {
  const { prisma } = await testDatabase(t)
  const clock = new TestClock()
  const sealer = new Sealer(randomBytes(32), randomBytes)
  const first = authorities(prisma, sealer, clock)
  await first.start()
  const trusted: number[] = []
  const end = first.onChange((pems) => trusted.push(pems.length))
  clock.aheadMs += 9 * 365 * DAY - DAY
  await first.start()
  t.equal(await prisma.certificateAuthority.count(), 1)
  const { id } = first.current()
  clock.aheadMs += 10 * DAY
  await first.start()
  t.equal(await prisma.certificateAuthority.count(), 2)
  t.not(first.current().id, id)
  t.same(trusted, [1, 1, 2], 'told at once and after each reading')
  end()
  // What has ended by itself is trusted no more.
  clock.aheadMs += 366 * DAY
  await first.start()
  t.same([first.trusted().length, trusted.length], [1, 3])
})

t.test(
  'A38, O17: a new master key seals the authorities anew; a retired one holds nothing back',
  async (t: Test) => {
    const { prisma } = await testDatabase(t)
    const dataDir = temporaryDirectory(t)
    const config = { masterKey: null, previousMasterKey: null, dataDir }
    const before = await openSecrets(prisma, config, randomBytes)
    const all = authorities(prisma, before.sealer)
    await all.start()
    const retired = await all.make(prisma, { actor: { kind: 'system', id: 'test' } })
    await prisma.certificateAuthority.update({
      where: { id: retired },
      data: { retiredAt: new Date(), sealed: '' },
    })
    await rotateMasterKeyFile(dataDir, randomBytes)
    const after = await openSecrets(prisma, config, randomBytes)
    t.ok(after.isRotated)
    const again = authorities(prisma, after.sealer)
    await again.start()
    t.equal(again.current().id, all.current().id)
    t.ok(await again.sign(STATION, spki()))
    await t.rejects(authorities(prisma, before.sealer).start(), { code: 'master_key_wrong' })
  },
)
