/**
 * Knocking at the broker with the key of a station.
 * @module
 */
import { RawClient } from './raw-mqtt.js'

/** The code of the CONNACK that a station gets with this key; null is none. It leaves at once. */
export async function knock(mqttUrl: string, stationId: string, key: string): Promise<number | null> {
  const client = await RawClient.open(Number(new URL(mqttUrl).port))
  const code = await client.connect({ clientId: stationId, username: stationId, password: key })
  client.end()
  return code
}
