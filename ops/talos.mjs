#!/usr/bin/env node
/** The `talos` command: what it does is in ops/cli/main.ts. */
import { existsSync } from 'node:fs'

const main = new URL('../build/ops/cli/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  console.error('Talos has not been built. Run `npm run build` first.')
  process.exitCode = 1
}
