/**
 * `npm run bench -- broker`: our whole broker against bare Aedes and Debian's Mosquitto, in one run, the broker on one
 * core and the load on another (issue: the broker; C9).
 * @module
 */
import { cpus } from 'node:os'
import { MANY } from './broker/accounts.js'
import { idle } from './broker/idle.js'
import { latency } from './broker/latency.js'
import { LoadGenerator } from './broker/loads.js'
import { hasMosquitto, type Peer, type PeerName, type ServerOptions, startPeer } from './broker/peers.js'
import { storm } from './broker/storm.js'
import { stormOfCore } from './broker/storm-core.js'
import { throughput } from './broker/throughput.js'
import { merged, type Outcome, type Say } from './harness/outcome.js'
import { canPin } from './harness/processes.js'

/** A load of many stations comes through few connections here: each says more than one station may. */
const UNBOUND = {
  messagesPerSecond: 1e9,
  messageBurst: 1e9,
  packetsPerSecond: 1e9,
  packetBurst: 1e9,
  bytesPerSecond: 1e12,
  byteBurst: 1e12,
}

const PEERS: readonly PeerName[] = hasMosquitto() ? ['talos', 'aedes', 'mosquitto'] : ['talos', 'aedes']
const ACCOUNTS: ServerOptions = { stations: MANY, readers: MANY, limits: UNBOUND }

export async function bench(say: Say): Promise<Outcome> {
  return merged([
    { figures: {}, tables: [], notes: notes() },
    await messages(say),
    await storm(PEERS, say),
    await stormOfCore(say),
    await idle(PEERS, say),
  ])
}

/** Throughput and latency: all peers are up for the whole time, and idle ones cost nothing. */
async function messages(say: Say): Promise<Outcome> {
  const peers: Peer[] = []
  const load = new LoadGenerator()
  try {
    for (const name of PEERS) peers.push(await startPeer(name, ACCOUNTS))
    return merged([await throughput(peers, load, say), await latency(peers, load, say)])
  } finally {
    await Promise.all([load.stop(), ...peers.map((peer) => peer.stop())])
  }
}

function notes(): string[] {
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`
  return [
    machine,
    'Talos: keys by SHA-256, rights, schema of every message, stamps, limits and metrics as in production. Raised for the load, which is more than one station may send: messages, bytes and packets a second.',
    canPin
      ? 'Each broker has one core to itself, the load another.'
      : 'Not pinned: taskset or a second core is missing, so brokers and load share what there is.',
    ...(hasMosquitto() ? [] : ['Mosquitto is not installed (apt-get install mosquitto): left out.']),
  ]
}
