/**
 * Skylines as people write them down.
 * @module
 */
import { TalosError } from '../../shared/errors.js'
import type { MaskPoint } from '../../shared/orbit/mask.js'

const LINE = /^(\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)$/

/**
 * A skyline: a line for each point, azimuth and elevation in degrees, with a comma or blanks between. Straight between
 * points; two points at one azimuth make a step. Empty lines and what follows `#` are passed over.
 * @param file for messages
 * @throws TalosError `config_invalid` naming the line
 */
export function parseMask(text: string, file: string): MaskPoint[] {
  const points = text.split(/\r?\n/).flatMap((raw, i) => {
    const line = raw.replace(/#.*/, '').trim()
    if (line === '') return []
    const [, az = '', el = ''] = LINE.exec(line) ?? []
    const point = { az: Number(az), el: Number(el) }
    if (az === '' || point.az > 360 || point.el < -90 || point.el > 90)
      throw new TalosError(
        'config_invalid',
        `${file}, line ${i + 1}: ${JSON.stringify(line)} is no azimuth (0 to 360) and elevation, such as: 120 15`,
      )
    return [point]
  })
  if (points.length === 0)
    throw new TalosError(
      'config_invalid',
      `${file} has no line with an azimuth and an elevation, such as: 120 15`,
    )
  return points
}
