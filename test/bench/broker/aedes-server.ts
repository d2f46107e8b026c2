/**
 * Aedes as it comes: nobody is asked who they are, nothing is checked.
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'

process.once('message', async () => {
  const aedes = await Aedes.createBroker()
  const server = createServer({ noDelay: true }, (socket) => aedes.handle(socket))
  server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 })
  await once(server, 'listening')
  process.send?.({ port: (server.address() as AddressInfo).port })
})
process.once('disconnect', () => process.exit())
