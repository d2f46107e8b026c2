/**
 * Aedes as it comes, for attacks that succeed there.
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes, type AedesOptions } from 'aedes'
import type { Test } from 'tap'
import { RawClient } from './raw-mqtt.js'

/** With the authorisation that its documentation shows: passwords, and a prefix of the topic for each user. */
export async function bareAedes(t: Test, options: AedesOptions = {}) {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, username, password, done) => {
      setImmediate(() => done(null, password?.toString() === `key-of-${username}`))
    },
    authorizePublish: (client, packet, done) => {
      done(
        client === null || packet.topic.startsWith('$') || packet.topic.startsWith(`${client.id}/`)
          ? null
          : new Error('no'),
      )
    },
    authorizeSubscribe: (client, subscription, done) =>
      done(null, subscription.topic.startsWith(`${client.id}/`) ? subscription : null),
    ...options,
  })
  const server = createServer((socket) => aedes.handle(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const clients: RawClient[] = []
  t.teardown(async () => {
    for (const client of clients) client.end()
    server.close()
    await new Promise<void>((resolve) => aedes.close(resolve))
  })
  const open = async () => {
    const client = await RawClient.open((server.address() as AddressInfo).port)
    clients.push(client)
    return client
  }
  const as = async (clientId: string, more: object = {}, username = clientId) => {
    const client = await open()
    const code = await client.connect({ clientId, username, password: `key-of-${username}`, ...more })
    t.equal(code, 0)
    return client
  }
  return { aedes, open, as }
}
