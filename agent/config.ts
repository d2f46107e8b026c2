/**
 * The agent's one configuration file. It is the ceiling: nothing that comes over the network widens it (G2).
 * @module
 */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { nameSchema } from '../shared/api/common.js'
import { TalosError } from '../shared/errors.js'
import { MANUAL_LIFETIME_MS, mountSchema, siteSchema } from '../shared/messages.js'
import { mountFault } from '../shared/mount/limits.js'
import { MINUTE } from '../shared/time.js'
import { doorSchema, driverSchema, portFault, remoteFault, rigSchema } from './driver-config.js'

export const agentConfigSchema = z
  .strictObject({
    /** How people call this station; the server may name it otherwise. */
    name: nameSchema.optional(),
    site: siteSchema.optional(),
    /** Where plans, receipts, the credential and the guard's memory live. */
    dataDir: z.string().min(1).max(1000),
    driver: driverSchema,
    /** G7: a rotctld on another machine, only when said so. */
    allowRemoteRotctld: z.boolean().default(false),
    rig: rigSchema.optional(),
    /** G7: the same for a rigctld. */
    allowRemoteRigctld: z.boolean().default(false),
    mount: mountSchema,
    /** `modulo`: the controller forgets whole turns, so the agent counts them. */
    azimuthReport: z.enum(['absolute', 'modulo']).default('absolute'),
    /** Whose way it is to the park position: that of the agent, or the controller's own command. */
    parkBy: z.enum(['position', 'controller']).default('position'),
    /** G8: what to do when the link has been gone for `afterS` and no plan has the antenna. */
    onLinkLoss: z
      .strictObject({ action: z.enum(['stop', 'park']), afterS: z.number().min(1).max(86_400) })
      .default({ action: 'stop', afterS: 60 }),
    /** Longest time that manual motion goes on without fresh authority, ms. */
    manualMaxMs: z.int().min(250).max(MANUAL_LIFETIME_MS).default(MANUAL_LIFETIME_MS),
    /** Field C12: what is known of this machine's own clock. */
    clock: z
      .strictObject({
        /** It has a clock with a battery, which is off by no more than this when neither core nor NTP can be asked, ms. */
        rtcErrorMs: z.int().min(0).max(60_000).optional(),
      })
      .default({}),
    /** The door for other programs, as Hamlib's rotctld speaks; on this machine alone (G7). None unless given. */
    door: doorSchema.optional(),
    /** A certificate authority to trust instead of the system's (PEM file). */
    caFile: z.string().max(1000).optional(),
    /** G4: the name in the server's certificate, where it is reached by another one, or by a number. */
    serverName: z
      .string()
      .max(253)
      .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/, 'must be a host name')
      .optional(),
    reconnect: z
      .strictObject({
        /** Longest pause between two attempts, ms. */
        maxMs: z.int().min(50).max(3_600_000).default(120_000),
        /** G9: pause after the broker refused the credential, ms. */
        refusedMs: z
          .int()
          .min(50)
          .max(86_400_000)
          .default(5 * MINUTE),
      })
      .default({ maxMs: 120_000, refusedMs: 5 * MINUTE }),
  })
  .superRefine((config, context) => {
    const fault = mountFault(config.mount)
    if (fault !== null) context.addIssue({ code: 'custom', path: ['mount'], message: fault })
    const { driver, rig, allowRemoteRotctld, allowRemoteRigctld } = config
    if (driver.kind === 'rotctld') {
      const message = remoteFault(driver.host, 'rotctld', 'allowRemoteRotctld', allowRemoteRotctld)
      if (message !== null) context.addIssue({ code: 'custom', path: ['driver', 'host'], message })
    }
    const taken = portFault(config)
    if (taken !== null) context.addIssue({ code: 'custom', path: ['door', 'port'], message: taken })
    // GS-232s show 350 for 10 degrees west of north; taken as it stands, that is a whole turn away.
    const showsModulo = driver.kind === 'serial' && driver.protocol.startsWith('gs232')
    if (showsModulo && (driver.travel?.azMin ?? 0) < 0 && config.azimuthReport === 'absolute')
      context.addIssue({
        code: 'custom',
        path: ['azimuthReport'],
        message: 'a GS-232 shows 350 for -10: with a travel below 0 this must be modulo',
      })
    if (rig !== undefined) {
      const message = remoteFault(rig.host, 'rigctld', 'allowRemoteRigctld', allowRemoteRigctld)
      if (message !== null) context.addIssue({ code: 'custom', path: ['rig', 'host'], message })
    }
  })
export type AgentConfig = Readonly<z.infer<typeof agentConfigSchema>>

/** JSON with `//` comments, so that the file may explain itself. Comments become spaces: offsets stay true. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g, (part) =>
    part.startsWith('"') ? part : ' '.repeat(part.length),
  )
}

/**
 * Reads the text of an agent.json. Paths in it are relative to `baseDir`.
 * @throws TalosError `config_invalid` with every wrong key
 */
export function parseConfig(text: string, baseDir: string): AgentConfig {
  let value: unknown
  try {
    value = JSON.parse(withoutComments(text))
  } catch (cause) {
    throw new TalosError('config_invalid', `The configuration is not JSON: ${(cause as Error).message}`, {
      cause,
    })
  }
  const parsed = agentConfigSchema.safeParse(value)
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      pointer: `/${issue.path.join('/')}`,
      detail: issue.message,
    }))
    const list = errors.map((e) => `${e.pointer} ${e.detail}`).join('; ')
    throw new TalosError('config_invalid', `Correct these keys: ${list}`, { errors })
  }
  const config = parsed.data
  return Object.freeze({
    ...config,
    dataDir: resolve(baseDir, config.dataDir),
    ...(config.caFile === undefined ? {} : { caFile: resolve(baseDir, config.caFile) }),
  })
}

const SAID: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file. A commented one to start from: talos agent init',
  EACCES: 'this user may not. Put sudo before the command.',
}

/** @throws TalosError `config_invalid` */
export async function loadConfig(path: string): Promise<AgentConfig> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    const said = SAID[(cause as NodeJS.ErrnoException).code ?? ''] ?? (cause as Error).message
    throw new TalosError('config_invalid', `Cannot read ${path}: ${said}`, { cause })
  }
  return parseConfig(text, dirname(resolve(path)))
}
