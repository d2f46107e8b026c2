/**
 * `talos agent calibrate`: how far the controller's degrees are from those of the sky, found by a look at the Sun or at a
 * landmark whose direction is known.
 * @module
 */
import type { Command } from 'commander'
import type { Offset } from '../../../agent/calibration.js'
import type { AgentConfig } from '../../../agent/config.js'
import type { LocalStatus } from '../../../agent/local/words.js'
import { type AzEl, wrap180 } from '../../../shared/angles.js'
import { TalosError } from '../../../shared/errors.js'
import type { CliContext, Run } from '../context.js'
import { type ConfigOptions, configOption } from './agent-config.js'

interface Options extends ConfigOptions {
  readonly apply?: true
}

type Target = 'sun' | 'clear' | AzEl | null

/** Lower the air bends its light in ways that no formula knows, and roofs are in the way. */
const LOWEST_SUN_DEG = 10

const number = (text: string | undefined, min: number, max: number): number => {
  const value = Number(text)
  if (text === undefined || text.trim() === '' || !(value >= min && value <= max))
    throw new TalosError(
      'config_invalid',
      `Give sun, clear, or azimuth and elevation of a landmark, such as 123.4 2.1.`,
    )
  return value
}

function readTarget([first, second]: readonly string[]): Target {
  if (first === undefined) return null
  if (first === 'sun' || first === 'clear') return first
  return { az: number(first, 0, 360), el: number(second, -20, 90) }
}

/** Where it truly is. */
async function directionOf(target: 'sun' | AzEl, { site }: AgentConfig, nowMs: number): Promise<AzEl> {
  if (target !== 'sun') return target
  if (site === undefined)
    throw new TalosError('config_invalid', 'Where the Sun is depends on the site: set "site" in agent.json.')
  const { sunFrom } = await import('../../../shared/orbit/sun-look.js')
  const sun = sunFrom(site, nowMs)
  if (sun.el >= LOWEST_SUN_DEG) return sun
  throw new TalosError(
    'config_invalid',
    `The Sun stands at el ${sun.el.toFixed(1)}: too low to measure by. Wait until it is above ${LOWEST_SUN_DEG}, or give a landmark.`,
  )
}

const shown = ({ az, el }: AzEl): string => `az ${az.toFixed(2)}, el ${el.toFixed(2)}`
const centi = (degrees: number): number => Math.round(degrees * 100) / 100

/** The antenna points there, and is shown elsewhere: what to add to the controller's degrees from now on. */
export function offsetFor({ offset }: LocalStatus, measured: AzEl, truth: AzEl): Offset {
  return {
    az: centi(wrap180(offset.now.az + truth.az - measured.az)),
    el: centi(offset.now.el + truth.el - measured.el),
  }
}

const RESTART = 'It holds from the next start of the agent: systemctl restart talos-agent'

async function calibrate(target: Target, options: Options, { out, clock }: CliContext): Promise<void> {
  const { loadConfig } = await import('../../../agent/config.js')
  const { askAgent } = await import('../../../agent/local/ask.js')
  const { statusSchema } = await import('../../../agent/local/words.js')
  const { z } = await import('zod')
  const config = await loadConfig(options.config)
  const status = await askAgent(config.dataDir, { op: 'status' }, statusSchema)
  const { now, next } = status.offset
  if (target === null) {
    out.show(
      { now, next },
      () => `The controller is off by ${shown(now)}; from the next start on by ${shown(next)}.`,
    )
    return
  }
  const apply = async (offset: Offset) => {
    await askAgent(config.dataDir, { op: 'calibrate', ...offset }, z.unknown())
  }
  if (target === 'clear') {
    const none = { az: 0, el: 0 }
    await apply(none)
    out.show({ now, next: none }, () => `The controller is taken at its word. ${RESTART}`)
    return
  }
  const truth = await directionOf(target, config, clock.now())
  const { measured } = status
  if (measured === null) throw new TalosError('driver_failed', 'The position of the rotator cannot be read.')
  const offset = offsetFor(status, measured, truth)
  if (options.apply === true) await apply(offset)
  const name = target === 'sun' ? 'The Sun' : 'The landmark'
  out.show({ now, next: options.apply === true ? offset : next, truth, measured, offset }, () =>
    [
      `${name} is at ${shown(truth)}. The antenna is shown at ${shown(measured)}.`,
      `If it points there now, the controller is off by ${shown(offset)}.`,
      options.apply === true
        ? RESTART
        : `Not yet? talos agent move ${truth.az.toFixed(1)} ${truth.el.toFixed(1)}, then small moves until it does; then the same with --apply.`,
    ].join('\n'),
  )
}

export function registerAgentCalibrate(agent: Command, run: Run): void {
  agent
    .command('calibrate')
    .description('how far the degrees of the controller are from those of the sky')
    .argument(
      '[target...]',
      'sun; or the azimuth and elevation of a landmark; or clear. Without: what holds now',
    )
    .option('--apply', 'the antenna points there: keep the difference')
    .addOption(configOption())
    .action((target: string[], options: Options) =>
      run((context) => calibrate(readTarget(target), options, context)),
    )
}
