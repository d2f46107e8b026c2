/**
 * The program `core`: configuration in, one line when it is ready, a clean end on SIGTERM and SIGINT.
 * Exit codes: 0 ended as asked, 1 failure, 2 wrong configuration.
 * @module
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { TalosError } from '../shared/errors.js'
import { systemClock } from '../shared/time.js'
import { type Config, readConfig } from './config.js'
import { createCore } from './core.js'
import { packageRoot } from './db/package-root.js'
import { createLog } from './log.js'

/** What the operator can put right by changing the configuration. */
const CONFIGURATION_CODES: ReadonlySet<string> = new Set(['config_invalid', 'master_key_wrong'])

function explain(error: unknown): void {
  if (!(error instanceof TalosError)) {
    console.error(error)
    return
  }
  console.error(`${error.code}: ${error.options.errors === undefined ? error.detail : ''}`)
  for (const { pointer, detail } of error.options.errors ?? [])
    console.error(`  ${pointer.slice(1)} ${detail}`)
}

const exitCodeOf = (error: unknown): number =>
  error instanceof TalosError && CONFIGURATION_CODES.has(error.code) ? 2 : 1

/** Tells a parent that forked us. */
const tell = (message: object): void => {
  process.send?.(message)
}

async function run(config: Config): Promise<void> {
  const root = packageRoot()
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }
  const log = createLog(config.logLevel)
  let ending = false
  // Ctrl-C comes twice, from the terminal and from npm, and takes the embedded database along: the first asks, the
  // others are heard already.
  const end = (code: number): void => {
    if (ending) return
    ending = true
    void core.stop().then(() => process.exit(code))
  }
  const core = createCore(config, {
    clock: systemClock,
    random: randomBytes,
    log,
    print: (text) => console.log(text),
    version,
    dashboardDir: path.join(root, 'build/dashboard'),
    onFatal: (error) => {
      log.error({ err: error }, 'core cannot go on')
      end(1)
    },
  })
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  // The parent that forked us is gone: nobody would end us.
  process.on('disconnect', () => end(0))
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'an error that nobody caught; core stops')
    end(1)
  })
  const { url, mqttUrl, ownerLink } = await core.start()
  if (ownerLink !== null)
    console.log(
      `Nobody owns this installation yet. Become its owner with this link, within 24 hours:\n${ownerLink}`,
    )
  console.log(`Talos core ${version} is ready at ${url}`)
  tell({ ready: true, url, mqttUrl, ...(ownerLink === null ? {} : { ownerLink }) })
}

try {
  await run(readConfig(process.env))
} catch (error) {
  explain(error)
  process.exit(exitCodeOf(error))
}
