/**
 * Names for stations that announce themselves.
 * @module
 */
import type { Random } from '../context.js'

const NAME_LENGTH = 80
/** Beyond this many stations of one name, counting on tells people no more than a random ending. */
const COUNTED = 20

/** `name`, then `name-2`, `name-3` ..., never longer than a name may be; ends with random ones, for as long as asked. */
export function* candidateNames(name: string, random: Random): Generator<string, never> {
  const withEnding = (ending: string) => `${name.slice(0, NAME_LENGTH - ending.length)}${ending}`
  yield name
  for (let n = 2; n <= COUNTED; n++) yield withEnding(`-${n}`)
  for (;;) yield withEnding(`-${random(4).toString('hex')}`)
}
