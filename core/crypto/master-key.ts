/**
 * The master key: 32 random bytes under which every stored secret is sealed. It comes from the environment, or outside
 * production is made once in the data directory.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { holdLock } from '../locks.js'
import type { Random } from '../ports.js'
import { deriveKey, KEY_BYTES } from './seal.js'

export const MASTER_KEY_FILE = 'master.key'
const CHECK_SETTING = 'master_key_check'

/** Of 32 random bytes fewer than this are distinct less than once in 10^12 keys; of typed ones nearly always. */
const DISTINCT_BYTES = 16

/**
 * A8, O19: reads 32 bytes as 64 hexadecimal digits or as base64. What a person would type, such as `changeme` in any
 * number of repetitions or encodings, is refused.
 * @returns the key, or in words what is wrong with it
 */
export function parseMasterKey(text: string): Buffer | string {
  const trimmed = text.trim()
  const isHex = /^[0-9a-fA-F]{64}$/.test(trimmed)
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed))
    return 'must be 32 random bytes as 64 hexadecimal digits or as base64; make one with: openssl rand -hex 32'
  const key = Buffer.from(trimmed, isHex ? 'hex' : 'base64')
  const isText = key.every((byte) => byte >= 0x20 && byte < 0x7f)
  if (key.length !== KEY_BYTES || new Set(key).size < DISTINCT_BYTES || isText)
    return 'is not random and could be guessed; make one with: openssl rand -hex 32'
  return key
}

/** The key of the environment, else that of the data directory, which is made the first time. */
export async function loadMasterKey(
  explicit: Buffer | null,
  dataDir: string,
  random: Random,
): Promise<Buffer> {
  if (explicit !== null) return explicit
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, MASTER_KEY_FILE)
  await makeOnce(file, random)
  const key = parseMasterKey(await readFile(file, 'utf8'))
  if (typeof key !== 'string') return key
  throw new TalosError('master_key_wrong', `${file} ${key}. Restore this file from your backup.`)
}

/** Written beside and linked: of two that start at once one makes the file, and both read a whole one. */
async function makeOnce(file: string, random: Random): Promise<void> {
  if (existsSync(file)) return
  const beside = `${file}.${process.pid}.${random(4).toString('hex')}`
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(`${random(KEY_BYTES).toString('hex')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(beside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(beside)
  }
}

/**
 * A38: a wrong master key does not start. The first start stores a check value; later ones compare.
 * @throws TalosError `master_key_wrong`
 */
export async function checkMasterKey(prisma: PrismaClient, masterKey: Uint8Array): Promise<void> {
  const value = createHmac('sha256', deriveKey(masterKey, 'check')).update('talos').digest('base64url')
  const stored = await prisma.$transaction(async (tx) => {
    await holdLock(tx, 'masterKey')
    return await tx.setting.upsert({
      where: { key: CHECK_SETTING },
      create: { key: CHECK_SETTING, value },
      update: {},
    })
  })
  const [a, b] = [Buffer.from(stored.value), Buffer.from(value)]
  if (a.length === b.length && timingSafeEqual(a, b)) return
  throw new TalosError(
    'master_key_wrong',
    'This database was sealed with another master key. Start with that one: TALOS_MASTER_KEY, its file, or ' +
      `${MASTER_KEY_FILE} in the data directory.`,
  )
}
