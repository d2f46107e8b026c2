import t from 'tap'
import type { TransmitterFacts } from '../../../shared/api/transmitters.js'
import { iso } from '../../../shared/time.js'
import { T0 } from './fixtures.js'
import { planningWorld } from './world.js'

const world = await planningWorld(t)
const { transmitters, catalogue } = world.planning
const director = { ...world.admin, actor: { kind: 'service', id: 'svc_director' } as const }

const facts = (id: string, more: Partial<TransmitterFacts> = {}): TransmitterFacts => ({
  ...{ id, satelliteId: '25544', description: 'FM voice', kind: 'transceiver' },
  ...{ downlinkLowHz: 145_800_000, downlinkHighHz: null, uplinkLowHz: 144_490_000, uplinkHighHz: null },
  ...{ mode: 'FM', baud: null, invert: false, polarisation: null, status: 'active' },
  ...more,
})
const replace = (items: readonly TransmitterFacts[], source = 'satnogs') =>
  transmitters.replace(director, { source, items: [...items] })

t.test('What a source has comes, changes and goes; the same again is no change', async (t) => {
  // Beyond 2^31, as any dish hears.
  const ka = facts('ka-band-beacon', { downlinkLowHz: 26_250_000_000, downlinkHighHz: 26_255_000_000 })
  t.same(await replace([facts('fm-voice-0'), ka]), { changed: 2, removed: 0, total: 2 })
  t.same(world.refreshed, ['elements'], 'directors look again')
  t.same(await replace([facts('fm-voice-0'), ka]), { changed: 0, removed: 0, total: 2 })
  t.same(world.refreshed, ['elements'])
  t.same(
    (await transmitters.of('25544')).map((x) => [x.id, x.downlinkLowHz]),
    [
      ['fm-voice-0', 145_800_000],
      ['ka-band-beacon', 26_250_000_000],
    ],
  )
  t.same(await replace([facts('fm-voice-0', { status: 'inactive' }), ka, ka]), {
    ...{ changed: 1, removed: 0, total: 3 },
  })
  t.match(
    await transmitters.of('25544'),
    [{ id: 'ka-band-beacon' }, { status: 'inactive' }],
    'active ones first',
  )
  t.same(await replace([ka]), { changed: 0, removed: 1, total: 1 })
  t.match(await transmitters.of('25544'), [{ id: 'ka-band-beacon', source: 'satnogs', updatedAt: iso(T0) }])
})

t.test('What a person knows of stays, whatever a source has, until a person takes it back', async (t) => {
  const { id: _, satelliteId: __, ...body } = facts('x', { polarisation: 'rhcp' })
  const made = await transmitters.add(world.admin, '40000', body)
  t.match(made, { satelliteId: '40000', source: 'manual', polarisation: 'rhcp', downlinkLowHz: 145_800_000 })
  await replace([facts(made.id, { description: 'stolen' }), facts('another-one')])
  t.same(await transmitters.of('40000'), [made], 'an id of another source is not taken over')
  await t.rejects(transmitters.remove(world.admin, '40000', 'nothing-there'), { code: 'not_found' })
  await t.rejects(transmitters.remove(world.admin, '25544', made.id), { code: 'not_found' })
  await t.rejects(transmitters.remove(world.admin, '25544', 'another-one'), { code: 'conflict' })
  await t.rejects(replace([facts('x-x-x-x-x')], 'manual'), { code: 'invalid_request' })
  await transmitters.remove(world.admin, '40000', made.id)
  t.same(await transmitters.of('40000'), [])
  t.match(await world.trail(made.id), [
    { action: 'transmitters.add', actorId: 'ada', detail: { satelliteId: '40000' } },
    { action: 'transmitters.remove' },
  ])
})

t.test('The database takes no band that is none', async (t) => {
  for (const more of [
    { downlinkLowHz: 2, downlinkHighHz: 1 },
    { downlinkLowHz: null, downlinkHighHz: 1 },
    { uplinkLowHz: 0 },
  ])
    await t.rejects(replace([facts('bad-band-0', more)]), /Transmitter_bands/)
})

t.test('What became of a satellite is told as its catalogue has it', async (t) => {
  t.equal(await catalogue.of('25544'), null)
  const item = { satelliteId: '25544', name: 'ISS', life: 'alive', decayedAt: null } as const
  const gone = { satelliteId: '7530', name: 'OSCAR 7', life: 're-entered', decayedAt: iso(T0) } as const
  const put = (items: readonly (typeof item | typeof gone)[]) =>
    catalogue.replace(director, { source: 'satnogs', items: [...items] })
  t.same(await put([item, gone, item]), { changed: 2, removed: 0, total: 3 })
  t.match(await catalogue.of('7530'), { life: 're-entered', decayedAt: iso(T0), source: 'satnogs' })
  t.same(await put([item]), { changed: 0, removed: 1, total: 1 })
  t.equal(await catalogue.of('7530'), null)
})
