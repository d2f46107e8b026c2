/**
 * Puts an answer of a Hamlib daemon together from the pieces in which it comes. What is held back is bounded.
 * @module
 */
import { DriverError } from './fault.js'
import { type HamlibRequest, isEnd, readAnswer } from './hamlib-protocol.js'

/** The longest honest answer, dump_state, has a dozen lines of at most 40 characters. */
const MOST_BYTES = 4096

export class AnswerReader {
  #text = ''

  constructor(
    private readonly request: HamlibRequest,
    /** For messages: rotctld or rigctld. */
    private readonly daemon: string,
  ) {}

  /**
   * The lines between echo and `RPRT 0`, once the answer is complete; null until then.
   * @throws DriverError `desynchronised` when what came is no answer to the question, else what the daemon says
   */
  push(piece: string): string[] | null {
    this.#text += piece
    if (this.#text.length > MOST_BYTES) throw this.#confused(`answered with more than ${MOST_BYTES} bytes`)
    const lines = this.#text.split('\n')
    const rest = lines.pop()
    const end = lines.findIndex(isEnd)
    if (end < 0) return null
    if (end < lines.length - 1 || rest !== '') throw this.#confused('answered more than was asked')
    return readAnswer(this.request, lines)
  }

  #confused(what: string): DriverError {
    return new DriverError('desynchronised', -8, `${this.daemon} ${what}`)
  }
}
