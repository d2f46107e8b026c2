/** What strangers and stolen stations may write must not reach the terminal of a person as commands to it. */
import t from 'tap'
import { enrollRequestSchema } from '../../../shared/api/fleet.js'
import { infoSchema } from '../../../shared/messages.js'
import { fleetWorld, MOUNT } from '../../core/fleet/world.js'
import { ORG, testCore } from '../../support/core.js'

const CONTROL = [
  '\u001b]52;c;cm0gLXJm\u0007',
  'a\u009b2Jb',
  'a\rb',
  'a\nb',
  'a\u202eb',
  'a\u2066b',
  'a\u2028b',
]

t.test('names hold no control characters and turn no direction', async (t) => {
  const core = await testCore(t)
  for (const [i, name] of CONTROL.entries()) {
    const shown = `${i}`
    const device = await core.browser().api('POST', '/auth/device/code', { clientName: name })
    t.match(device, { status: 400, body: { errors: [{ pointer: '/clientName' }] } }, shown)
    const station = await core.owner.api('POST', `/orgs/${ORG}/stations`, { name })
    t.match(station, { status: 400, body: { errors: [{ pointer: '/name' }] } }, shown)
  }
  for (const name of ['Svalbard', ' Tromsø 2 ', 'محطة', '地上局', '👩‍🚀'])
    t.match(await core.owner.api('POST', `/orgs/${ORG}/stations`, { name }), { status: 201 }, name)
})

t.test('nor does what an agent says of its machine', (t) => {
  const agent = { version: '1', hostname: 'pi', platform: 'linux' }
  const knock = { token: 'x', nonce: 'nonce-0001', mount: MOUNT, agent }
  const info = {
    ...{ ts: '2026-11-22T12:00:00.000Z', version: '1', bootId: 'boot-0001', capabilities: ['rotator'] },
    ...{ driver: { kind: 'rotctld', model: 'x' }, mount: MOUNT, keyIssuedAt: '2026-11-22T12:00:00.000Z' },
  }
  t.ok(enrollRequestSchema.safeParse(knock).success)
  t.ok(infoSchema.safeParse(info).success)
  for (const text of CONTROL.slice(0, 4)) {
    for (const field of ['version', 'hostname', 'platform'])
      t.notOk(enrollRequestSchema.safeParse({ ...knock, agent: { ...agent, [field]: text } }).success, field)
    t.notOk(infoSchema.safeParse({ ...info, version: text }).success)
    t.notOk(infoSchema.safeParse({ ...info, driver: { kind: 'rotctld', model: text } }).success)
  }
  t.end()
})

t.test('the reason of a refusal is told without them', async (t) => {
  const world = await fleetWorld(t)
  const station = await world.connected(() => ({
    ...{ result: 'rejected', code: 'out_of_limits' },
    detail: 'no \u001b[2J\u009bway\r\n',
  }))
  const move = { op: 'move', args: { az: 1, el: 1 } } as const
  const sent = world.fleet.commands.send(world.person(), station.grant.stationId, move)
  const error = await sent.catch((cause: Error) => cause)
  t.match(error, { code: 'command_refused' })
  t.match((error as Error).message, 'the station refused the command move. no  [2J way')
  t.notMatch((error as Error).message, /\p{Cc}/u)
})
