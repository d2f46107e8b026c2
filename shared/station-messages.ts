/**
 * Which schema holds on which topic of a station.
 * @module
 */
import type { z } from 'zod'
import {
  ackSchema,
  healthTelemetrySchema,
  infoSchema,
  rigTelemetrySchema,
  rotTelemetrySchema,
  stateSchema,
} from './messages.js'
import type { ParsedTopic } from './topics.js'

/** What a station publishes, by the kind of topic. `null`: a station may not publish there. */
export function stationMessageSchema(topic: ParsedTopic): z.ZodType | null {
  switch (topic.kind) {
    case 'info':
      return infoSchema
    case 'state':
      return stateSchema
    case 'ack':
      return ackSchema
    case 'telemetry':
      return { rot: rotTelemetrySchema, rig: rigTelemetrySchema, health: healthTelemetrySchema }[
        topic.channel
      ]
    default:
      return null
  }
}
