/**
 * SPID Rot2Prog by the manufacturer's description: 13 bytes in, 12 bytes out. Command 0x2f sets and is not answered,
 * 0x1f asks, 0x0f stops and answers. Pulses a degree are the controller's own and told with each answer.
 * @module
 */
import type { Controller } from './controller.js'
import type { Mechanics } from './mechanics.js'

const LENGTH = 13

export class Rot2ProgController implements Controller {
  #rest = ''

  constructor(
    readonly mechanics: Mechanics,
    private readonly pulses: 1 | 2 | 4 | 10,
  ) {}

  receive(bytes: string): string {
    this.#rest += bytes
    let answer = ''
    for (let at = this.#rest.indexOf('W'); at >= 0; at = this.#rest.indexOf('W')) {
      this.#rest = this.#rest.slice(at)
      if (this.#rest.length < LENGTH) break
      answer += this.#obey(this.#rest.slice(0, LENGTH))
      this.#rest = this.#rest.slice(LENGTH)
    }
    return answer
  }

  #obey(block: string): string {
    if (!block.endsWith(' ')) return ''
    const command = block.charCodeAt(11)
    if (command === 0x2f) {
      const degrees = (from: number) => Number(block.slice(from, from + 4)) / this.pulses - 360
      this.mechanics.head({ az: degrees(1), el: degrees(6) })
      return ''
    }
    if (command === 0x0f) this.mechanics.stop()
    return command === 0x0f || command === 0x1f ? this.#where() : ''
  }

  #where(): string {
    const { az, el } = this.mechanics.position
    return `W${this.#angle(az)}${this.#angle(el)} `
  }

  #angle(degrees: number): string {
    const tenths = Math.round((degrees + 360) * this.pulses) * (10 / this.pulses)
    const digits = String(Math.round(tenths)).padStart(4, '0')
    return String.fromCharCode(...[...digits].map(Number), this.pulses)
  }
}
