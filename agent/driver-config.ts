/**
 * The part of agent.json that names the machines beside the agent: the rotator and the radio.
 * @module
 */
import { z } from 'zod'
import { isLoopback } from '../shared/loopback.js'
import { mountSchema } from '../shared/messages.js'
import { within } from '../shared/mount/limits.js'
import { SERIAL_PROTOCOL_NAMES, serialProtocol } from './drivers/serial-protocols.js'
import { SIMULATED_FAULTS } from './drivers/simulated.js'
import { MODES } from './rig/rigctld-protocol.js'

/** G7: Hamlib's daemons have no password, so they must not be reachable from elsewhere, and we reach for none elsewhere. */
const address = (port: number) => ({
  host: z.string().min(1).max(255).default('127.0.0.1'),
  port: z.int().min(1).max(65_535).default(port),
})

const rotctldSchema = z.strictObject({
  kind: z.literal('rotctld'),
  ...address(4533),
  /** The model that must be behind it (`rotctl -l`). Unless said, any will do. */
  model: z.int().min(1).max(99_999).optional(),
})

const serialSchema = z.strictObject({
  kind: z.literal('serial'),
  protocol: z.enum(SERIAL_PROTOCOL_NAMES),
  path: z.string().min(1).max(255),
  /** Unless said, as the maker ships it. */
  baudRate: z.int().min(300).max(460_800).optional(),
  /** Where the controller turns, when that is not what its kind usually does. */
  travel: mountSchema.pick({ azMin: true, azMax: true, elMin: true, elMax: true }).optional(),
  /** Boards that restart when their line is opened hear nothing for so long, ms. */
  settleMs: z.int().min(0).max(10_000).default(0),
})

const simulatedSchema = z.strictObject({
  kind: z.literal('simulated'),
  /** degrees a second */
  azRate: z.number().positive().max(100),
  elRate: z.number().positive().max(100),
  /** Its readings scatter by this, degrees. */
  noise: z.number().min(0).max(10).optional(),
  /** What goes wrong, and when: seconds from the start. */
  faults: z
    .array(
      z.strictObject({
        kind: z.enum(SIMULATED_FAULTS),
        fromS: z.number().min(0),
        lastsS: z.number().positive(),
      }),
    )
    .max(1000)
    .optional(),
})

export const driverSchema = z
  .discriminatedUnion('kind', [rotctldSchema, serialSchema, simulatedSchema])
  .superRefine((driver, context) => {
    if (driver.kind !== 'serial' || driver.travel === undefined) return
    const { azMin, azMax, elMin, elMax } = driver.travel
    const { reach, name } = serialProtocol(driver.protocol)
    const isExpressible = within(reach, azMin, elMin) && within(reach, azMax, elMax)
    if (!isExpressible || azMin >= azMax || elMin >= elMax)
      context.addIssue({
        code: 'custom',
        path: ['travel'],
        message: `${name} can express az ${reach.azMin}..${reach.azMax}, el ${reach.elMin}..${reach.elMax}, from less to more`,
      })
  })
export type DriverConfig = z.infer<typeof driverSchema>

const megahertz = (n: number) => n * 1e6

/** The radio, behind Hamlib's rigctld. */
export const rigSchema = z.strictObject({
  ...address(4532),
  /**
   * `downlink`: it only receives. `uplink`: it only sends. `split`: it does both, the uplink on `txVfo`. `satmode`: the
   * same in the satellite mode of the radio, which is switched on.
   */
  use: z.enum(['downlink', 'uplink', 'split', 'satmode']).default('downlink'),
  txVfo: z.enum(['VFOA', 'VFOB', 'Main', 'Sub']).default('VFOB'),
  /** Set at the beginning of each pass. Unless said, the radio keeps its own. */
  downlinkMode: z.enum(MODES).optional(),
  uplinkMode: z.enum(MODES).optional(),
  /** What a converter between antenna and radio takes off the frequency, Hz; below zero it adds. */
  downlinkLoHz: z.int().min(megahertz(-100_000)).max(megahertz(100_000)).default(0),
  uplinkLoHz: z.int().min(megahertz(-100_000)).max(megahertz(100_000)).default(0),
  /** Corrections smaller than this are not sent, Hz. Unless said: by the mode. */
  stepHz: z.int().min(1).max(100_000).optional(),
  /** The dial is followed so far from the plan's frequency, Hz; beyond it the operator has the radio. */
  followHz: z.int().min(0).max(megahertz(10)).default(50_000),
})
export type RigConfig = Readonly<z.infer<typeof rigSchema>>

export const doorSchema = z.strictObject({
  port: z.int().min(1).max(65_535).default(4534),
  /** `asked`: programs move the mount when somebody beside it has said so. `always`: whenever no plan has it. */
  lease: z.enum(['asked', 'always']).default('asked'),
})

/** Which daemon has the port that the door is to have, or null. */
export function portFault(config: {
  door?: z.infer<typeof doorSchema> | undefined
  driver: DriverConfig
  rig?: RigConfig | undefined
}): string | null {
  const { door, driver, rig } = config
  if (door === undefined) return null
  const taken =
    driver.kind === 'rotctld' && driver.port === door.port
      ? 'rotctld'
      : rig?.port === door.port
        ? 'rigctld'
        : null
  return taken === null ? null : `${door.port} is that of ${taken}; give the door another`
}

/** What is wrong with an address on another machine, or null. */
export const remoteFault = (host: string, daemon: string, flag: string, isAllowed: boolean): string | null =>
  isAllowed || isLoopback(host)
    ? null
    : `${host} is not this machine; ${daemon} has no password. Set ${flag} to insist`
