#!/usr/bin/env node
/**
 * `npm run build:agent`: the agent's tarball, its checksum and its installer in build/dist, where core finds them.
 * `npm run build` does that too, when something of it has changed.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
if (!existsSync(path.join(root, 'build/ops/cli/agent-main.js'))) {
  console.error('Talos has not been built. Run `npm run build` first.')
  process.exit(1)
}
const { buildAgent } = await import('./agent-package/build.mjs')
const { sha256, bytes } = buildAgent(root, path.join(root, 'build/dist'))
console.log(`build/dist/talos-agent.tgz: ${(bytes / 1024 / 1024).toFixed(2)} MiB\nSHA-256 ${sha256}`)
