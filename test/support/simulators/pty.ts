/**
 * A simulated controller at the end of a pseudo terminal, made by socat: what opens the other end finds a serial line.
 * @module
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import type { Controller } from './controller.js'

export const hasSocat = (): boolean => spawnSync('socat', ['-V']).status === 0

export interface Pty {
  /** What a program opens. */
  readonly path: string
  /** All that came from the other end since the last look, in latin1. */
  readonly taken: () => string
  /** Says something unasked. */
  readonly say: (bytes: string) => void
  /** Pulls the plug. */
  readonly unplug: () => Promise<void>
  /** Plugs it in again, under the same name. */
  readonly replug: () => Promise<void>
}

const exists = (path: string): Promise<boolean> =>
  readlink(path).then(
    () => true,
    () => false,
  )

/** Resolves when the link is there. */
async function appears(path: string, child: ChildProcess): Promise<void> {
  const watcher = watch(dirname(path))
  try {
    for (;;) {
      // Before the look: what comes in between is not missed.
      const next = Promise.race([once(watcher, 'change'), once(child, 'exit')])
      if (await exists(path)) return
      if (child.exitCode !== null) throw new Error('socat did not start')
      await next
    }
  } finally {
    watcher.close()
  }
}

/** A pty with `answer` at its far end; null, with a comment, where socat is not installed. */
export async function openPty(t: Test, answer: Controller['receive']): Promise<Pty | null> {
  if (!hasSocat()) {
    t.comment('socat is not installed (Debian: socat); this test is skipped')
    return null
  }
  const dir = await mkdtemp(join(tmpdir(), 'talos-pty-'))
  const path = join(dir, 'tty')
  let taken = ''
  let child: ChildProcess | null = null
  const replug = async () => {
    const socat = spawn('socat', ['STDIO', `PTY,raw,echo=0,link=${path}`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    child = socat
    socat.stdin.on('error', () => undefined)
    socat.stdout.on('data', (chunk: Buffer) => {
      const bytes = chunk.toString('latin1')
      taken += bytes
      const said = answer(bytes)
      if (said !== '') socat.stdin.write(said, 'latin1')
    })
    await appears(path, socat)
  }
  const unplug = async () => {
    const socat = child
    child = null
    if (socat === null || socat.exitCode !== null) return
    socat.kill('SIGTERM')
    await once(socat, 'exit')
  }
  t.teardown(async () => {
    await unplug()
    await rm(dir, { recursive: true, force: true })
  })
  await replug()
  return {
    path,
    taken: () => {
      const bytes = taken
      taken = ''
      return bytes
    },
    say: (bytes) => void child?.stdin?.write(bytes, 'latin1'),
    unplug,
    replug,
  }
}
