/**
 * Our broker as core wires it, without the database behind it: keys are looked up by their SHA-256 in a table.
 * @module
 */
import { createHash } from 'node:crypto'
import { Broker } from '../../../broker/broker.js'
import { TcpListener } from '../../../broker/listeners.js'
import { TalosError } from '../../../shared/errors.js'
import type { Principal } from '../../../shared/principal.js'
import { systemClock } from '../../../shared/time.js'
import { keyOf, ORG, readerId, stationId } from './accounts.js'
import type { ServerOptions } from './peers.js'

const digestOf = (key: string) => createHash('sha256').update(key).digest('base64')

function principalsByKey({ stations, readers }: ServerOptions): Map<string, Principal> {
  const principals = new Map<string, Principal>()
  for (let n = 0; n < stations; n++) {
    const id = stationId(n)
    principals.set(digestOf(keyOf(id)), {
      kind: 'station',
      ...{ id, org: ORG, credentialId: `key-${id}` },
      capabilities: ['rotator'],
    })
  }
  for (let n = 0; n < readers; n++) {
    const id = readerId(n)
    const until = Date.now() + 24 * 3_600_000
    const permissions = ['view_telemetry'] as const
    principals.set(digestOf(keyOf(id)), { kind: 'user', id, org: ORG, sessionId: id, permissions, until })
  }
  return principals
}

process.once('message', async (options: ServerOptions) => {
  const principals = principalsByKey(options)
  const log = {
    info() {},
    warn() {},
    error: (fields: object, text: string) => process.stderr.write(`${text} ${fields}\n`),
  }
  const broker = new Broker({
    authenticate: async ({ username, password }) => {
      const principal = principals.get(digestOf(password))
      if (principal?.id !== username)
        throw new TalosError('bad_credentials', 'The user name or the password is wrong.')
      return principal
    },
    clock: systemClock,
    log,
    onRefusal: ({ code, detail }) => process.stderr.write(`${code}: ${detail}\n`),
    limits: options.limits ?? {},
  })
  // As many listeners as core has; like core's they have nothing to do with telemetry.
  for (const kind of ['info', 'state', 'ack']) broker.onMessage((message) => message.kind === kind)
  broker.onPresence(({ kind }) => kind)
  await broker.start()
  const listener = new TcpListener(broker, { host: '127.0.0.1', port: 0 })
  await listener.start()
  process.on('message', (question) => {
    if (question === 'metrics') process.send?.(broker.metrics())
  })
  process.send?.({ port: listener.address().port })
})
process.once('disconnect', () => process.exit())
