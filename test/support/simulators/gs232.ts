/**
 * Yaesu GS-232A and GS-232B by their manuals: `Waaa eee` sets, `C2` asks, `S` stops, `X1` to `X4` set the speed; what is
 * not understood is answered with `?>`. An empty line is none.
 * @module
 */
import { LineController } from './controller.js'
import type { Mechanics } from './mechanics.js'

const digits = (degrees: number, most: number): string =>
  String(Math.round(Math.max(0, Math.min(most, degrees)))).padStart(3, '0')

export class Gs232Controller extends LineController {
  constructor(
    mechanics: Mechanics,
    private readonly variant: 'A' | 'B',
  ) {
    super(mechanics, /\r/)
  }

  protected obey(command: string): string {
    const { mechanics } = this
    const [, az, el] = /^W(\d{3}) (\d{3})$/.exec(command) ?? []
    if (az !== undefined && el !== undefined && Number(az) <= 450 && Number(el) <= 180)
      mechanics.head({ az: Number(az), el: Number(el) })
    else if (command === 'C2') return this.where()
    else if (command === 'S') mechanics.stop()
    else if (!/^(?:X[1-4])?$/.test(command)) return '?>\r\n'
    return ''
  }

  private where(): string {
    const { az, el } = this.mechanics.position
    const [a, e] = [digits(az, 450), digits(el, 180)]
    return this.variant === 'A' ? `+0${a}+0${e}\r\n` : `AZ=${a}  EL=${e}\r\n`
  }
}
