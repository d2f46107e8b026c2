/**
 * A process of its own that slews an antenna over more than a turn until it is killed; run by antenna.turns.test.
 * @module
 */
import { Antenna } from '../../agent/antenna.js'
import { RotctldDriver } from '../../agent/drivers/rotctld.js'
import { GuardMemory } from '../../agent/guard/memory.js'
import type { Mount } from '../../shared/messages.js'
import { systemClock } from '../../shared/time.js'
import { KeptLog } from '../support/agent-bench.js'

const [dataDir = '', port = '', mount = '', goal = ''] = process.argv.slice(2)
const log = new KeptLog()
const antenna = new Antenna({
  mount: JSON.parse(mount) as Mount,
  driver: new RotctldDriver({ host: '127.0.0.1', port: Number(port), allowRemote: false, model: null }),
  azimuthReport: 'modulo',
  parkBy: 'position',
  memory: new GuardMemory(dataDir, log),
  clock: systemClock,
  log,
})
let isAsked = false
antenna.listen({
  onReading: ({ measured }) => {
    if (measured === null || isAsked) return
    isAsked = true
    antenna.order({ id: 'slew-00001', source: 'park', goal: { az: Number(goal), el: 30 }, lifetimeMs: null })
  },
})
await antenna.start()
