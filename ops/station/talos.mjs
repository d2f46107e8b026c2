#!/usr/bin/env node
/** The `talos` command of a station: `talos agent ...`. */
import { main } from '../build/ops/cli/agent-main.js'

process.exitCode = await main(process.argv.slice(2), process.env)
// A channel to the parent that forked us would keep us alive.
if (process.connected) process.disconnect()
