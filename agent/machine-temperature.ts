/**
 * How hot the machine beside the antenna is: a box in the sun slows down, then stops.
 * @module
 */
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Linux, `Documentation/driver-api/thermal/sysfs-api.rst`: millidegrees Celsius in one file for each zone. */
const ZONES = '/sys/class/thermal'
/** A sensor that is not there reads as nonsense. */
const PLAUSIBLE_C = { min: -60, max: 150 }

/** The hottest zone, degrees Celsius; null where the machine tells nothing. */
export async function machineTemperatureC(directory: string = ZONES): Promise<number | null> {
  const names = await readdir(directory).catch(() => [])
  const zones = await Promise.all(
    names
      .filter((name) => name.startsWith('thermal_zone'))
      .map((name) => readFile(path.join(directory, name, 'temp'), 'utf8').catch(() => '')),
  )
  const degrees = zones
    .filter((text) => /^-?\d+\s*$/.test(text))
    .map((text) => Number(text) / 1000)
    .filter((c) => c >= PLAUSIBLE_C.min && c <= PLAUSIBLE_C.max)
  return degrees.length === 0 ? null : Math.max(...degrees)
}
