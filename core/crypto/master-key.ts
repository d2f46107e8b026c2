/**
 * The master key: 32 random bytes under which every stored secret is sealed. It comes from the environment, or outside
 * production is made once in the data directory.
 * @module
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, mkdir, open, readFile, rename, rm, unlink } from 'node:fs/promises'
import path from 'node:path'
import type { PrismaClient } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { holdLock } from '../locks.js'
import type { Random } from '../ports.js'
import { deriveKey, KEY_BYTES, type Sealer } from './seal.js'
import { sealAnew } from './seal-anew.js'

export const MASTER_KEY_FILE = 'master.key'
/** Beside it while the key rotates: the one that sealed until now. */
export const PREVIOUS_KEY_FILE = 'master.key.previous'
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

export interface MasterKeys {
  readonly current: Buffer
  /** While the key rotates (O17). */
  readonly previous: Buffer | null
}

/** The keys of the environment, else those of the data directory, where the first is made by the first start. */
export async function loadMasterKeys(
  explicit: { readonly current: Buffer | null; readonly previous: Buffer | null },
  dataDir: string,
  random: Random,
): Promise<MasterKeys> {
  if (explicit.current !== null) return { current: explicit.current, previous: explicit.previous }
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const file = path.join(dataDir, MASTER_KEY_FILE)
  await makeOnce(file, random)
  const former = path.join(dataDir, PREVIOUS_KEY_FILE)
  return {
    current: await readKey(file),
    previous: explicit.previous ?? (existsSync(former) ? await readKey(former) : null),
  }
}

async function readKey(file: string): Promise<Buffer> {
  const key = parseMasterKey(await readFile(file, 'utf8'))
  if (typeof key !== 'string') return key
  throw new TalosError('master_key_wrong', `${file} ${key}. Restore this file from your backup.`)
}

/**
 * Puts a new key in the place of that in the data directory and the former beside it; the next start seals everything
 * anew. A kill between the two leaves the former key in both files, which is no harm: call it again.
 * @throws TalosError `config_invalid` where no core has ever started, `conflict` while an earlier rotation has not been
 *   completed by a start of core
 */
export async function rotateMasterKeyFile(dataDir: string, random: Random): Promise<void> {
  const file = path.join(dataDir, MASTER_KEY_FILE)
  const former = path.join(dataDir, PREVIOUS_KEY_FILE)
  if (!existsSync(file))
    throw new TalosError(
      'config_invalid',
      `${file} is not there, so nothing can rotate. Set TALOS_DATA_DIR to the data directory of core.`,
    )
  const key = await readKey(file)
  if (existsSync(former) && !(await readKey(former)).equals(key))
    throw new TalosError(
      'conflict',
      `${former} is still there: start core once, so that it seals everything anew.`,
    )
  await writeKey(former, key)
  await writeKey(file, random(KEY_BYTES))
}

/** Once nothing is sealed under the former key any more. */
export async function forgetPreviousKey(dataDir: string): Promise<void> {
  await rm(path.join(dataDir, PREVIOUS_KEY_FILE), { force: true })
}

/** Whole or not at all, for its owner only. */
async function writeKey(file: string, key: Buffer): Promise<void> {
  const beside = `${file}.${process.pid}.new`
  const handle = await open(beside, 'w', 0o600)
  try {
    await handle.writeFile(`${key.toString('hex')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
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

const checkValue = (masterKey: Uint8Array): string =>
  createHmac('sha256', deriveKey(masterKey, 'check')).update('talos').digest('base64url')

/**
 * A38: a wrong master key does not start. The first start stores a check value; later ones compare. When the stored one
 * is that of the previous key, everything is sealed anew under the current one, in the same transaction.
 * @throws TalosError `master_key_wrong`
 */
export async function checkMasterKey(
  prisma: PrismaClient,
  { current, previous }: MasterKeys,
  sealer: Sealer,
): Promise<'same' | 'rotated'> {
  const value = checkValue(current)
  return await prisma.$transaction(async (tx) => {
    await holdLock(tx, 'masterKey')
    const stored = await tx.setting.upsert({
      where: { key: CHECK_SETTING },
      create: { key: CHECK_SETTING, value },
      update: {},
    })
    const isSame = equal(stored.value, value)
    if (!isSame && (previous === null || !equal(stored.value, checkValue(previous))))
      throw new TalosError(
        'master_key_wrong',
        'This database was sealed with another master key. Start with that one: TALOS_MASTER_KEY, its file, or ' +
          `${MASTER_KEY_FILE} in the data directory.`,
      )
    await sealAnew(tx, sealer)
    if (isSame) return 'same'
    await tx.setting.update({ where: { key: CHECK_SETTING }, data: { value } })
    return 'rotated'
  })
}

function equal(stored: string, value: string): boolean {
  const [a, b] = [Buffer.from(stored), Buffer.from(value)]
  return a.length === b.length && timingSafeEqual(a, b)
}
