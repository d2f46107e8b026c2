/**
 * Reading what stands behind an option: a wrong value is wrong usage, told before anybody is asked anything.
 * @module
 */
import { readFileSync } from 'node:fs'
import { InvalidArgumentError } from 'commander'
import { CAPABILITIES, type Capability } from '../../shared/capabilities.js'
import { TalosError } from '../../shared/errors.js'

/** For `option(...)`: a whole number from `min` to `max`. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (/^[0-9]+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`)
  }

/** For `option(...)`: any number from `min` to `max`. */
export const numberWithin =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Give a number from ${min} to ${max}.`)
  }

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
}

/** The text of a file that a person named. @throws TalosError `config_invalid` */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw new TalosError('config_invalid', `Cannot read ${file}: ${CAUSES[code ?? ''] ?? message}.`, {
      cause,
    })
  }
}

/** `2027-01-31`: the end of that day, UTC; `never`: null. */
export function endOfDay(text: string): string | null {
  if (text === 'never') return null
  const at = new Date(`${text}T23:59:59.999Z`)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give a day such as 2027-01-31, or never.')
  return at.toISOString()
}

/** `2027-01-31T12:00:00Z`, or without the seconds: a moment in UTC. */
export function utcMoment(text: string): string {
  const at = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text) || Number.isNaN(at.getTime()))
    throw new InvalidArgumentError('Give a moment in UTC such as 2027-01-31T12:00:00Z.')
  return at.toISOString()
}

/** `25544,43017` */
export const wordList = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** `rotator,rig` */
export function capabilityList(text: string): Capability[] {
  const words = text.split(',').map((word) => word.trim())
  const isKnown = (word: string): word is Capability => (CAPABILITIES as readonly string[]).includes(word)
  if (words.every(isKnown) && new Set(words).size === words.length) return words
  throw new InvalidArgumentError(`Give one or both of ${CAPABILITIES.join(',')}, such as rotator,rig.`)
}
