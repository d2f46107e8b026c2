/**
 * What all simulated controllers have in common: bytes in, bytes out, in latin1. Each is written from the description
 * of the controller and shares nothing with the driver that it tests.
 * @module
 */
import type { Mechanics } from './mechanics.js'

export interface Controller {
  readonly mechanics: Mechanics
  /** What it answers to these bytes; '' when nothing. */
  receive(bytes: string): string
}

/** Cuts what was received at an end mark and answers each command. */
export abstract class LineController implements Controller {
  #rest = ''

  constructor(
    readonly mechanics: Mechanics,
    private readonly end: RegExp,
  ) {}

  receive(bytes: string): string {
    const parts = (this.#rest + bytes).split(this.end)
    this.#rest = parts.pop() ?? ''
    return parts.map((command) => this.obey(command)).join('')
  }

  protected abstract obey(command: string): string
}
