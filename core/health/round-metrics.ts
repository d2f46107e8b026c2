/**
 * What `GET /metrics` says of the last round of health; beside `metric-table.ts`, and of the same kind.
 * @module
 */
import type { Labels, NumberRow, Sample } from './metric-row.js'
import type { RoundNumbers } from './round-numbers.js'

const gauge =
  (labels: readonly string[], samples: (health: RoundNumbers) => readonly Sample[]) =>
  (name: string, help: string): NumberRow => ({
    ...{ name, help, labels, type: 'gauge' },
    samples: ({ health }) => samples(health),
  })

const number = (read: (health: RoundNumbers) => number | null | undefined) =>
  gauge([], (health) => {
    const value = read(health)
    return value == null ? [] : [[{}, value]]
  })

const numbers = (label: string, read: (health: RoundNumbers) => Readonly<Record<string, number>>) =>
  gauge([label], (health) =>
    Object.entries(read(health)).map(([key, value]) => [{ [label]: key } satisfies Labels, value] as const),
  )

export const ROUND_METRICS: readonly NumberRow[] = [
  numbers('collector', (h) => h.levels)(
    'talos_health_level',
    'The worst that each collector found in the last round: 0 ok, 1 note, 2 warning, 3 critical',
  ),
  numbers('level', (h) => h.findings)('talos_health_findings', 'Findings that are not well'),
  number((h) => (h.database === null ? null : h.database.latencyMs / 1000))(
    'talos_database_latency_seconds',
    'The smallest question to the database, in the last round',
  ),
  number((h) => h.database?.connections)('talos_database_connections', 'Connections of the database'),
  number((h) => h.database?.maxConnections)('talos_database_max_connections', 'Their limit'),
  number((h) => h.database?.sizeBytes)('talos_database_size_bytes', 'Size of the database'),
  number((h) => h.disk?.freeBytes)('talos_disk_free_bytes', 'Room on the disk of the data directory'),
  number((h) => h.disk?.totalBytes)('talos_disk_total_bytes', 'Size of that disk'),
  numbers('kind', (h) => h.expiryS)(
    'talos_certificate_expiry_seconds',
    'Until a certificate of core ends: its TLS, its authority for stations',
  ),
  numbers('state', (h) => h.stations)('talos_stations', 'Approved stations: online, offline, in maintenance'),
  number((h) => h.director.oldestElementsS)(
    'talos_elements_age_seconds',
    'Age of the oldest elements of a satellite that is to be followed',
  ),
  number((h) => h.director.oldestScheduleS)(
    'talos_schedule_age_seconds',
    'Since the last schedule, of the organisation that waits longest',
  ),
  number((h) => h.director.plansLate)(
    'talos_plans_late',
    'Contacts that begin within five minutes and whose station has no plan for them',
  ),
  number((h) => h.director.contactsComing)('talos_contacts_coming', 'Contacts that are booked and to come'),
]
