/**
 * The program `core`: configuration in, one line when it is ready, a clean end on SIGTERM and SIGINT, another look at
 * the certificate on SIGHUP.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { emailSchema } from '../shared/api/common.js'
import { TalosError } from '../shared/errors.js'
import { systemClock } from '../shared/time.js'
import { readConfig } from './config.js'
import { type Core, createCore } from './core.js'
import { rotateMasterKeyFile } from './crypto/master-key.js'
import { packageRoot } from './db/package-root.js'
import { createLog } from './log.js'

/** What the operator can put right by changing the configuration. */
const CONFIGURATION_CODES: ReadonlySet<string> = new Set(['config_invalid', 'master_key_wrong'])

function explain(error: unknown): void {
  if (!(error instanceof TalosError)) {
    console.error(error)
    return
  }
  const { errors } = error.options
  if (errors === undefined) console.error(`${error.code}: ${error.detail}`)
  else for (const { pointer, detail } of errors) console.error(`${error.code}: ${pointer.slice(1)} ${detail}`)
}

const exitCodeOf = (error: unknown): number =>
  error instanceof TalosError && CONFIGURATION_CODES.has(error.code) ? 2 : 1

/**
 * Runs core until it is told to end, by a signal or by the end of the parent that forked it. The parent is sent
 * `{ready: true, url, localUrl, mqttUrl, ownerLink?}` once.
 * @returns the exit code: 0 ended as asked, 1 failure, 2 wrong configuration
 */
export async function runCore(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  try {
    return await run(env)
  } catch (error) {
    explain(error)
    return exitCodeOf(error)
  }
}

/**
 * Makes a new master key in the data directory; the next start of core seals everything anew under it.
 * @returns the exit code
 */
export async function rotateMasterKey(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  try {
    const { masterKey, dataDir } = readConfig(env)
    if (masterKey !== null)
      throw new TalosError(
        'config_invalid',
        'The master key comes from the environment, so it rotates there: make a new one with `openssl rand -hex 32`, ' +
          'give it as TALOS_MASTER_KEY and the former as TALOS_MASTER_KEY_PREVIOUS, restart core, then remove the latter.',
      )
    await rotateMasterKeyFile(dataDir, randomBytes)
    console.log(
      `A new master key is in ${dataDir}. Restart core: it seals everything anew and removes the former key.\n` +
        'Backups made before need the former key: keep it with them.',
    )
    return 0
  } catch (error) {
    explain(error)
    return exitCodeOf(error)
  }
}

const questionSchema = z.strictObject({ ask: z.literal('sign-in-link'), email: emailSchema })

/** The process that started us may do anything that we may; it can ask for a link into the dashboard. */
async function answerParent(core: Core, message: unknown): Promise<void> {
  const question = questionSchema.safeParse(message)
  if (!question.success) return
  const answer = await core.identity.linkRequests.issueForOperator(question.data.email).then(
    (signInLink) => ({ signInLink }),
    (error: unknown) => ({ error: String(error) }),
  )
  process.send?.(answer)
}

async function run(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  const config = readConfig(env)
  const root = packageRoot()
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const log = createLog(config.logLevel)
  let end: (code: number) => void = () => undefined
  // Ctrl-C comes twice, from the terminal and from npm; the first asks, the others are heard already.
  const ended = new Promise<number>((resolve) => {
    end = resolve
  })
  const core = createCore(config, {
    clock: systemClock,
    random: randomBytes,
    log,
    print: (text) => console.log(text),
    version,
    dashboardDir: path.join(root, 'build/dashboard'),
    agentDir: path.join(root, 'build/dist'),
    onFatal: (error) => {
      log.error({ err: error }, 'core cannot go on')
      end(1)
    },
  })
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  // On a terminal it means that the terminal is gone; a service is asked to look at its files again.
  process.on('SIGHUP', () => (process.stdin.isTTY ? end(0) : core.renewCertificate()))
  process.on('disconnect', () => end(0))
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'an error that nobody caught; core stops')
    end(1)
  })
  const { ownerLink, ...addresses } = await core.start()
  process.on('message', (message) => void answerParent(core, message))
  if (ownerLink !== null)
    console.log(
      `Nobody owns this installation yet. Become its owner with this link, within 24 hours:\n${ownerLink}`,
    )
  console.log(`Talos core ${version} is ready at ${addresses.url}`)
  process.send?.({ ready: true, ...addresses, ...(ownerLink === null ? {} : { ownerLink }) })
  const code = await ended
  await core.stop()
  return code
}
