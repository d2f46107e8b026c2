/**
 * The command line as a person at a terminal meets it: what it prints, what it complains of, how it ends.
 * @module
 */
import { spawn } from 'node:child_process'
import { TALOS_BIN } from '../../ops/child.js'

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** No command may take longer; a login that nobody approves is the only one that waits. */
const PATIENCE_MS = 60_000

export interface Terminal {
  /** Runs `talos ...` to its end. */
  talos(...args: string[]): Promise<Ended>
  /** As `talos`, and calls back with what it has complained of so far. */
  talosWhile(look: (stderr: string) => void, ...args: string[]): Promise<Ended>
}

/** `env` in place of whatever Talos is told by ours. */
export function terminal(cwd: string, env: Readonly<Record<string, string>>): Terminal {
  const own = Object.entries(process.env).filter(([key]) => !key.startsWith('TALOS_'))
  const talosWhile = (look: (stderr: string) => void, ...args: string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [TALOS_BIN, ...args], {
      cwd,
      env: { ...Object.fromEntries(own), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: PATIENCE_MS,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      look(stderr)
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve({ code, stdout, stderr }))
    })
  }
  return { talosWhile, talos: (...args) => talosWhile(() => {}, ...args) }
}
