/** Runs core as a program of its own, for tests that end it by signals. */
import { runCore } from '../../core/main.js'

process.exit(await runCore(process.env))
