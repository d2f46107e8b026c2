/**
 * A limit of the broker, tried over a real socket.
 * @module
 */
import t, { type Test } from 'tap'
import type { LimitName } from '../../broker/limits.js'
import { keyOf, NEIGHBOUR, STATION, startWorld, type World, type WorldOptions } from './broker.js'

export const me = { clientId: STATION, username: STATION, password: keyOf(STATION) }
export const neighbour = { clientId: NEIGHBOUR, username: NEIGHBOUR, password: keyOf(NEIGHBOUR) }

/** Tries limits in a world of their own; each of the names must have been counted. */
export function limit(
  names: readonly LimitName[],
  title: string,
  options: WorldOptions,
  act: (t: Test, world: World) => Promise<void>,
  skip: string | false = false,
): void {
  t.test(`B21: ${title}`, { skip }, async (t) => {
    const world = await startWorld(t, options)
    await act(t, world)
    for (const name of names) t.ok(world.counter(`limited.${name}`) > 0, `${name} is counted`)
  })
}
