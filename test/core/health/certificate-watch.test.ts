import t from 'tap'
import { CertificateWatch } from '../../../core/health/certificate-watch.js'
import { DAY, MINUTE } from '../../../shared/time.js'
import { fleetWorld } from '../fleet/world.js'

t.test(
  'H14: stations are counted by the newest of their certificates; those that need none are not',
  async (t) => {
    const world = await fleetWorld(t)
    const { prisma, clock, context } = world
    const watch = new CertificateWatch(context)
    t.teardown(() => watch.stop())
    await watch.start()
    t.same(watch.counts, { good: 0, late: 0, expired: 0 })
    const authorityId = context.authorities.current().id
    let made = 0
    const station = async (more: object, ...ends: readonly { in: number; revoked?: true }[]) => {
      const id = `station-${String(++made).padStart(8, '0')}`
      await prisma.station.create({
        data: { id, orgId: world.acme.id, name: id, status: 'approved', ...more },
      })
      for (const [n, end] of ends.entries())
        await prisma.stationCertificate.create({
          data: {
            ...{ id: `${id}-${n}`, serial: `${id}-${n}`, authorityId, stationId: id, certificate: 'PEM' },
            ...{ notBefore: new Date(0), notAfter: new Date(clock.now() + end.in) },
            revokedAt: end.revoked === true ? new Date() : null,
          },
        })
    }
    await station({}, { in: 90 * DAY })
    await station({}, { in: MINUTE }, { in: 90 * DAY })
    await station({}, { in: 6 * DAY }, { in: 90 * DAY, revoked: true })
    await station({}, { in: -MINUTE })
    await station({ status: 'revoked' }, { in: MINUTE })
    await station({ credential: 'key' }, { in: MINUTE })
    await station({})
    await watch.look()
    t.same(watch.counts, { good: 2, late: 1, expired: 1 })

    await prisma.$executeRaw`ALTER TABLE "StationCertificate" RENAME TO "Away"`
    await watch.look()
    await prisma.$executeRaw`ALTER TABLE "Away" RENAME TO "StationCertificate"`
    t.same(watch.counts, { good: 2, late: 1, expired: 1 }, 'a database that fails ends nothing')
  },
)
