/**
 * The key of the director (D1, E21): made at the first start, kept in a file beside the data for the director to read.
 * @module
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { parseSecret } from '../../shared/secrets.js'
import type { Context } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newSecret, secretMatches } from '../crypto/secrets.js'
import { holdLock } from '../locks.js'

export const DIRECTOR_KEY_FILE = 'director.key'
const SERVICE = 'svc_director'

/**
 * Sees to it that the file holds the one live key of the director. A lost, damaged or foreign file gets a new key and the
 * former ends; what was connected with it closes.
 */
export async function ensureDirectorKey(context: Context): Promise<void> {
  const file = path.join(context.config.dataDir, DIRECTOR_KEY_FILE)
  const inFile = parseSecret((await readOrEmpty(file)).trim(), 'gsk')
  const { prisma, clock, random, audit, events } = context
  const now = new Date(clock.now())
  const issued = await prisma.$transaction(async (tx) => {
    await holdLock(tx, 'serviceKey')
    const live = await tx.serviceKey.findMany({ where: { service: SERVICE, revokedAt: null } })
    const known = live.find(({ keyId }) => keyId === inFile?.id)
    if (inFile !== null && secretMatches(inFile.secret, known?.secretHash ?? null)) return null
    await tx.serviceKey.updateMany({
      where: { service: SERVICE, revokedAt: null },
      data: { revokedAt: now },
    })
    const { keyId, hash, text } = newSecret('gsk', random)
    const row = await tx.serviceKey.create({
      data: { id: newId(random), keyId, secretHash: hash, service: SERVICE, createdAt: now },
    })
    await audit.record(tx, {
      actor: { kind: 'system', id: 'start' },
      action: 'service.key_issue',
      targetKind: 'service_key',
      targetId: row.id,
      outcome: 'success',
      detail: { service: SERVICE, revoked: live.map((key) => key.keyId) },
    })
    return { text, ended: live.map((key) => key.keyId) }
  })
  if (issued === null) return
  await writeSecret(file, issued.text)
  for (const credentialId of issued.ended) events.emit('ended', { credentialId, reason: 'service.key_issue' })
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Written beside and renamed: a reader sees the old key or the new one, never half of one. */
async function writeSecret(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${process.pid}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(`${text}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}
