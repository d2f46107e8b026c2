/**
 * A controller that speaks EasyComm II. Words are separated by blanks; AZ and EL with a number set an axis, without one
 * they ask; SA and SE stop an axis.
 * @module
 */
import { LineController } from './controller.js'
import type { Mechanics } from './mechanics.js'

export class EasyComm2Controller extends LineController {
  constructor(mechanics: Mechanics) {
    super(mechanics, /[\r\n]/)
  }

  protected obey(command: string): string {
    const { mechanics } = this
    const target = { ...mechanics.position }
    const asked: string[] = []
    let isSet = false
    for (const word of command.split(' ').filter((w) => w !== '')) {
      const axis = word.startsWith('AZ') ? 'az' : word.startsWith('EL') ? 'el' : null
      if (word === 'SA' || word === 'SE') mechanics.stop()
      else if (word === 'PARK') mechanics.head({ az: 0, el: 0 })
      else if (axis !== null && word.length === 2) asked.push(word)
      else if (axis !== null) {
        target[axis] = Number(word.slice(2))
        isSet = true
      }
    }
    if (isSet) mechanics.head(target)
    if (asked.length === 0) return ''
    const { az, el } = mechanics.position
    return `AZ${az.toFixed(1)} EL${el.toFixed(1)}\n`
  }
}
