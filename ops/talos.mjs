#!/usr/bin/env node
/** The `talos` command: what it does is in ops/cli/main.ts. */
import { existsSync } from 'node:fs'

const main = new URL('../build/ops/cli/main.js', import.meta.url)
if (existsSync(main)) {
  const { main: run } = await import(main.href)
  process.exitCode = await run(process.argv.slice(2), process.env)
  // A channel to the parent that forked us would keep us alive.
  if (process.connected) process.disconnect()
} else {
  console.error('Talos has not been built. Run `npm run build` first.')
  process.exitCode = 1
}
