/**
 * As much of the broker as the fleet uses.
 * @module
 */
import type { Broker } from '../../broker/broker.js'

export type Bus = Pick<Broker, 'publish' | 'onMessage' | 'onPresence' | 'isOnline'>
