/**
 * From the configuration to the machines beside the agent: which class drives the rotator, and which the radio.
 * @module
 */
import type { Clock } from '../shared/time.js'
import type { AgentConfig } from './config.js'
import type { Rotator } from './drivers/rotator.js'
import { RotctldDriver } from './drivers/rotctld.js'
import { SerialDriver } from './drivers/serial.js'
import { openSerialLine } from './drivers/serial-line.js'
import { serialProtocol } from './drivers/serial-protocols.js'
import { SimulatedDriver } from './drivers/simulated.js'
import { type Rig, RigctldRig } from './rig/rigctld.js'

/** @param random in [0, 1); only a simulated rotator needs it */
export function rotatorFor(config: AgentConfig, clock: Clock, random: () => number): Rotator {
  const { driver, mount } = config
  switch (driver.kind) {
    case 'simulated': {
      const { azAccel, elAccel, azBacklash, elBacklash } = mount
      const traits = { azAccel, elAccel, azBacklash, elBacklash }
      const start = { az: mount.parkAz, el: mount.parkEl }
      return new SimulatedDriver({ ...driver, ...traits, start }, clock, random)
    }
    case 'serial': {
      const protocol = serialProtocol(driver.protocol)
      const { path, settleMs, baudRate = protocol.baudRate, travel = protocol.travel } = driver
      return new SerialDriver({ protocol, path, baudRate, travel, settleMs }, openSerialLine, clock)
    }
    case 'rotctld': {
      const { host, port, model = null } = driver
      return new RotctldDriver({ host, port, model, allowRemote: config.allowRemoteRotctld })
    }
  }
}

/** The radio, or null when none is configured. */
export function rigFor({ rig, allowRemoteRigctld }: AgentConfig): Rig | null {
  if (rig === undefined) return null
  return new RigctldRig({ host: rig.host, port: rig.port, allowRemote: allowRemoteRigctld })
}
