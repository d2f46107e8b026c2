/**
 * The words of rotctld as other programs say them (rotctld(1), «Protocol» and «Extended Response»), and its answers.
 * Text to requests and answers to text, nothing else. Checked with Hamlib 4.5.4: `rotctl -m 2` reads these answers.
 * @module
 */
import type { AzEl } from '../../shared/angles.js'
import type { Limits } from '../../shared/mount/limits.js'

/** Hamlib's error numbers that the door uses (include/hamlib/rig.h, enum rig_errcode_e). */
export const RPRT = {
  OK: 0,
  EINVAL: -1,
  EIO: -6,
  ERJCTED: -9,
  ENAVAIL: -11,
} as const
export type Rprt = (typeof RPRT)[keyof typeof RPRT]

/** What stands between the lines of an answer, and whether it is an extended one; `\n` without extension is the default. */
export interface Style {
  readonly isExtended: boolean
  readonly separator: '\n' | ';' | '|' | ','
}

export type Asked =
  | { readonly kind: 'get_pos' | 'stop' | 'park' | 'get_info' | 'dump_state' }
  | { readonly kind: 'set_pos'; readonly goal: AzEl; readonly echo: string }
  | { readonly kind: 'refused'; readonly rprt: Rprt }
  | { readonly kind: 'quit' }

export interface Request {
  readonly asked: Asked
  readonly style: Style
}

const WORDS: ReadonlyMap<string, Exclude<Asked['kind'], 'refused'>> = new Map([
  ['p', 'get_pos'],
  ['\\get_pos', 'get_pos'],
  ['P', 'set_pos'],
  ['\\set_pos', 'set_pos'],
  ['S', 'stop'],
  ['\\stop', 'stop'],
  ['K', 'park'],
  ['\\park', 'park'],
  ['_', 'get_info'],
  ['\\get_info', 'get_info'],
  ['\\dump_state', 'dump_state'],
  ['q', 'quit'],
  ['Q', 'quit'],
  ['\\quit', 'quit'],
])

const PLAIN: Style = { isExtended: false, separator: '\n' }
const STYLES: ReadonlyMap<string, Style> = new Map([
  ['+', { isExtended: true, separator: '\n' }],
  [';', { isExtended: true, separator: ';' }],
  ['|', { isExtended: true, separator: '|' }],
  [',', { isExtended: true, separator: ',' }],
])

/** What Hamlib's clients and Gpredict write. `sscanf("%f")` also takes nan, hex and `10,5` cut at its comma: we do not. */
const NUMBER = /^[+-]?\d{1,4}(?:\.\d{0,9})?$/
const PRINTABLE = /^[\x20-\x7e\t]*$/

const refused = (rprt: Rprt, style: Style): Request => ({ asked: { kind: 'refused', rprt }, style })

/** One line without its end; null for one that asks nothing: empty, or a comment. */
export function readLine(line: string): Request | null {
  const text = line.trim()
  if (text === '' || text.startsWith('#')) return null
  const style = STYLES.get(text.charAt(0)) ?? PLAIN
  if (!PRINTABLE.test(text)) return refused(RPRT.EINVAL, style)
  const [word = '', ...args] = (style.isExtended ? text.slice(1) : text).trim().split(/[ \t]+/)
  const kind = WORDS.get(word)
  // C w R M would widen limits, reach the wire, reset, turn without end; nothing that is not on the list is done.
  if (kind === undefined) return refused(RPRT.ENAVAIL, style)
  if (kind !== 'set_pos') return args.length === 0 ? { asked: { kind }, style } : refused(RPRT.EINVAL, style)
  const [az, el] = args
  // Hamlib takes `P 1 2 S` for two commands: here one line is one.
  if (args.length !== 2 || az === undefined || el === undefined || !NUMBER.test(az) || !NUMBER.test(el))
    return refused(RPRT.EINVAL, style)
  return { asked: { kind, goal: { az: Number(az), el: Number(el) }, echo: `${az} ${el}` }, style }
}

/** What is shown of the mount. */
export interface Shown {
  readonly limits: Limits
  readonly info: string
}

const six = (degrees: number): string => degrees.toFixed(6)

/** Number of «NET rotctl», as which clients reach it; the limits are what they read. */
const MODEL = 2

function stateLines({ isExtended }: Style, { azMin, azMax, elMin, elMax }: Limits): string[] {
  return isExtended
    ? [
        'rotctld Protocol Ver: 1',
        `Rotor Model: ${MODEL}`,
        `Minimum Azimuth: ${six(azMin)}`,
        `Maximum Azimuth: ${six(azMax)}`,
        `Minimum Elevation: ${six(elMin)}`,
        `Maximum Elevation: ${six(elMax)}`,
        'South Zero: 0',
        'rot_type=AzEl',
        'done',
      ]
    : [
        '1',
        `${MODEL}`,
        `min_az=${six(azMin)}`,
        `max_az=${six(azMax)}`,
        `min_el=${six(elMin)}`,
        `max_el=${six(elMax)}`,
        'south_zero=0',
        'rot_type=AzEl',
        'done',
      ]
}

const answer = (style: Style, echo: string, lines: readonly string[], rprt: Rprt): string =>
  style.isExtended
    ? `${[echo, ...lines, `RPRT ${rprt}`].join(style.separator)}\n`
    : `${(lines.length > 0 ? lines : [`RPRT ${rprt}`]).join('\n')}\n`

/** The answer to what was refused, or to a command that answers with a number alone. */
export function numberAnswer({ asked, style }: Request, rprt: Rprt): string {
  if (asked.kind === 'refused') return `RPRT ${rprt}\n`
  const echo = asked.kind === 'set_pos' ? `set_pos: ${asked.echo}` : `${asked.kind}:`
  return answer(style, echo, [], rprt)
}

export function positionAnswer({ style }: Request, { az, el }: AzEl): string {
  const [a, e] = [az.toFixed(2), el.toFixed(2)]
  return answer(style, 'get_pos:', style.isExtended ? [`Azimuth: ${a}`, `Elevation: ${e}`] : [a, e], RPRT.OK)
}

export const infoAnswer = ({ style }: Request, { info }: Shown): string =>
  answer(style, 'get_info:', [style.isExtended ? `Info: ${info}` : info], RPRT.OK)

export const stateAnswer = ({ style }: Request, { limits }: Shown): string =>
  answer(style, 'dump_state:', stateLines(style, limits), RPRT.OK)
