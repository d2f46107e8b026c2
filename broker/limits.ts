/**
 * Every number that bounds the broker (B21): default, bounds of its setting, under which name it is counted when it
 * bites, and what it limits. `core/broker-settings.ts` makes the settings of it, `docs/operate.md` the table; comments
 * here give the reasons.
 * @module
 */
import { PACKET_BYTES, PLAN_BYTES } from '../shared/messages.js'
import type { PrincipalKind } from '../shared/principal.js'
import { DAY, HOUR, MINUTE, SECOND } from '../shared/time.js'

export interface LimitRow<Name extends string | null = string | null> {
  readonly default: number
  /** What the setting may be. The bounds keep any two settings from contradicting each other, and our own programs in. */
  readonly min: number
  readonly max: number
  /** The count that grows when the limit bites (`Counts.limited`); null: it never refuses anything by itself. */
  readonly counts: Name
  readonly means: string
}

const KIB = 1024
const MIB = 1024 * KIB

const row = <const Name extends string | null>(
  value: number,
  [min, max]: readonly [number, number],
  counts: Name,
  means: string,
): LimitRow<Name> => ({ default: value, min, max, counts, means })

export const LIMIT_TABLE = {
  // The way in. Long enough for a satellite link, short enough that silence costs an attacker a socket every few seconds.
  proxyHeaderMs: row(
    5 * SECOND,
    [SECOND, MINUTE],
    'proxy_header',
    'from the socket of a balancer to its whole PROXY header',
  ),
  handshakeMs: row(10 * SECOND, [SECOND, MINUTE], 'handshake_time', 'for a TLS handshake'),
  // A handshake costs about a millisecond of CPU: a thousand is a second of work that is already promised.
  handshakes: row(1000, [10, 100_000], 'handshakes', 'sockets in a TLS handshake'),
  // So that no single address can take all of the places above with sockets that say nothing.
  handshakesPerAddress: row(128, [1, 100_000], 'handshakes_per_address', 'of these from one address'),
  connectMs: row(10 * SECOND, [SECOND, MINUTE], 'connect_time', 'from the socket to a whole CONNECT'),
  // Beyond it the answer is CONNACK 3 (P8).
  authenticateMs: row(10 * SECOND, [SECOND, MINUTE], 'authenticate_time', 'for judging the credentials'),
  lingerMs: row(
    SECOND,
    [100, 10 * SECOND],
    null,
    'a refused or cut socket stays so that what it was told arrives',
  ),
  // A fleet that comes back at once waits in here and not in front of live traffic: what it costs is a socket each.
  waiting: row(16_384, [10, 1_000_000], 'waiting', 'sockets that wait for their turn, unread'),
  waitingPerAddress: row(1000, [1, 1_000_000], 'waiting_per_address', 'of these from one address'),
  // A CONNECT costs some 0.2 ms of CPU; beyond half of it there would be too little left for who is in.
  connectsPerSecond: row(3000, [1, 100_000], null, 'turns a second: CONNECTs that are read'),
  connectBurst: row(500, [1, 100_000], null, 'of these at once'),
  pending: row(1000, [10, 100_000], 'pending', 'sockets whose CONNECT is being read or judged'),
  pendingPerAddress: row(256, [1, 100_000], 'pending_per_address', 'of these from one address'),

  // Packets. 4 KiB hold a ticket, a will and room to spare (P12); 64 and 256 KiB are the contract of shared/messages.ts.
  connectBytes: row(4 * KIB, [2 * KIB, 64 * KIB], 'connect_bytes', 'largest CONNECT'),
  packetBytes: row(
    PACKET_BYTES,
    [4 * KIB, PACKET_BYTES],
    'packet_bytes',
    'largest packet of a station or a person',
  ),
  planPacketBytes: row(
    PLAN_BYTES + 512,
    [PACKET_BYTES, PLAN_BYTES + 512],
    'packet_bytes',
    'largest packet of the director: a plan, its topic and the header',
  ),
  willBytes: row(512, [256, 4 * KIB], 'will_bytes', 'largest will'),
  // 0 is never, and a connection without keepalive is never found dead (P17). Our own programs say 30 s.
  keepaliveMinS: row(10, [5, 30], 'keepalive', 'shortest keepalive, s'),
  keepaliveMaxS: row(300, [60, HOUR / SECOND], 'keepalive', 'longest keepalive, s'),
  // Ours have six at most.
  topicLevels: row(8, [6, 64], 'topic_levels', 'levels of a topic or filter'),

  // Connections. A station has one by nature: the newest wins.
  connections: row(15_000, [1, 1_000_000], 'connections', 'clients of this core'),
  // A university behind one NAT, with room. Loopback and declared balancers are exempt: they stand for many.
  connectionsPerAddress: row(1000, [1, 1_000_000], 'connections_per_address', 'of these from one address'),
  connectionsPerSession: row(4, [1, 100], 'connections_per_session', 'of one session: tabs of a browser'),
  connectionsPerService: row(4, [1, 100], 'connections_per_service', 'of one service'),
  // Two holders of one key, who take the connection from each other, must not spin.
  connectsPerMinute: row(60, [2, 100_000], 'connects', 'CONNECTs a minute of a station, session or service'),

  // Subscriptions. Ours hold three, four and six filters.
  subscriptionsPerStation: row(16, [3, 1000], 'subscriptions', 'filters that a station holds'),
  subscriptionsPerUser: row(50, [4, 1000], 'subscriptions', 'filters that a connection of a person holds'),
  subscriptionsPerService: row(
    50,
    [6, 1000],
    'subscriptions',
    'filters that a connection of a service holds',
  ),
  filtersPerSubscribe: row(16, [6, 1000], 'filters', 'filters in one SUBSCRIBE or UNSUBSCRIBE'),
  // Each makes the broker send what is retained.
  subscribesPerSecond: row(5, [1, 1000], 'subscribes', 'SUBSCRIBEs and UNSUBSCRIBEs a second'),
  subscribeBurst: row(60, [10, 10_000], 'subscribes', 'of these at once'),

  // What a station says: telemetry at 4 Hz on three channels, with room.
  messagesPerSecond: row(20, [1, 100_000], 'messages', 'messages a second of one station'),
  messageBurst: row(100, [20, 1_000_000], 'messages', 'of these at once'),
  // Telemetry is 2 KiB/s; the burst takes sixteen of the largest packets, such as receipts after an outage.
  bytesPerSecond: row(64 * KIB, [4 * KIB, 64 * MIB], 'bytes', 'bytes of messages a second of one station'),
  byteBurst: row(MIB, [2 * PACKET_BYTES, 1024 * MIB], 'bytes', 'of these at once'),
  // Packets of any kind; only a peer that floods comes near.
  packetsPerSecond: row(1000, [100, 1_000_000], 'packets', 'packets a second of a station or a person'),
  packetBurst: row(10_000, [1000, 10_000_000], 'packets', 'of these at once'),

  // Who is cut for what it says, and comes back to say it again, waits.
  penaltyStrikes: row(30, [1, 1000], 'penalty', 'cuts for rate or a denied publish that earn a penalty'),
  penaltyWindowMs: row(5 * MINUTE, [10 * SECOND, DAY], 'penalty', 'in which they count'),
  penaltyMs: row(MINUTE, [SECOND, HOUR], 'penalty', 'for which CONNECT is answered with 3'),
  failures: row(10, [3, 1000], 'failures', 'failures of one name from one address that lock it out'),
  failuresPerAddress: row(
    100,
    [10, 100_000],
    'failures',
    'failures of all names from one address that lock it out',
  ),
  failureWindowMs: row(5 * MINUTE, [10 * SECOND, DAY], 'failures', 'in which they count'),
  lockoutMs: row(5 * MINUTE, [SECOND, DAY], 'failures', 'for which a lock-out lasts'),

  // Readers that do not read (P11). Nobody waits for them. Plans alone must never cut a station, so there is always room
  // for one between the last two; with drainMs, a link of 20 kB/s still takes what is queued for it.
  backlogDropBytes: row(
    64 * KIB,
    [4 * KIB, 128 * KIB],
    'slow_telemetry',
    'backlog from which a reader misses telemetry',
  ),
  backlogPlanBytes: row(
    256 * KIB,
    [128 * KIB, 512 * KIB],
    'slow_plans',
    'backlog from which it misses plans',
  ),
  backlogKillBytes: row(MIB, [MIB, 64 * MIB], 'slow_reader', 'backlog from which it is cut'),
  drainMs: row(
    30 * SECOND,
    [5 * SECOND, 5 * MINUTE],
    'slow_reader',
    'without taking anything, after which it is cut',
  ),

  // What is kept: `info` and `state` of so many stations, twice over. A state with all the plans that an agent may hold is
  // 26 KiB, the largest info 6 KiB.
  retained: row(60_000, [2, 10_000_000], 'retained', 'retained messages'),
  retainedBytes: row(256 * MIB, [MIB, 16 * 1024 * MIB], 'retained', 'their bytes'),
  retainedBytesPerStation: row(64 * KIB, [4 * KIB, 128 * KIB], 'retained', 'their bytes of one station'),

  // More than a table of the audit trail can bear (B24).
  refusalsPerSource: row(5, [1, 1000], 'audit', 'refusals of one source and cause a minute that are audited'),
  refusalsPerMinute: row(300, [10, 100_000], 'audit', 'refusals of all a minute that are audited'),

  // A core that cannot keep up must not take more on. Three seconds in a row, so that a single pause is none.
  loopDelayMs: row(
    200,
    [20, MINUTE],
    'loop_delay',
    'event-loop delay at p99, beyond which CONNECT is answered with 3',
  ),
  memoryPercent: row(
    85,
    [10, 100],
    'memory',
    'of heap or machine in use, beyond which CONNECT is answered with 3',
  ),
} as const

export type LimitKey = keyof typeof LIMIT_TABLE
export type Limits = { readonly [K in LimitKey]: number }
/** The counts of limits. */
export type LimitName = Exclude<(typeof LIMIT_TABLE)[LimitKey]['counts'], null>

export const LIMIT_KEYS = Object.keys(LIMIT_TABLE) as LimitKey[]
export const LIMIT_NAMES: readonly LimitName[] = [
  ...new Set(LIMIT_KEYS.map((key) => LIMIT_TABLE[key].counts).filter((name) => name !== null)),
]

export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(LIMIT_KEYS.map((key) => [key, LIMIT_TABLE[key].default])) as Limits,
)

/** How many filters one connection may hold. */
export function subscriptionsOf(kind: PrincipalKind, limits: Limits): number {
  switch (kind) {
    case 'station':
      return limits.subscriptionsPerStation
    case 'user':
      return limits.subscriptionsPerUser
    case 'service':
      return limits.subscriptionsPerService
  }
}
