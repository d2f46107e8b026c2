/**
 * The master key at start: loaded, compared with the database, and when it has rotated everything sealed anew.
 * @module
 */
import type { PrismaClient } from '../../prisma/generated/client.js'
import type { Config } from '../config.js'
import type { Random } from '../ports.js'
import { checkMasterKey, forgetPreviousKey, loadMasterKeys } from './master-key.js'
import { Sealer } from './seal.js'

export interface OpenSecrets {
  readonly masterKey: Buffer
  readonly sealer: Sealer
  readonly isRotated: boolean
}

/** @throws TalosError `master_key_wrong` */
export async function openSecrets(
  prisma: PrismaClient,
  config: Pick<Config, 'masterKey' | 'previousMasterKey' | 'dataDir'>,
  random: Random,
): Promise<OpenSecrets> {
  const explicit = { current: config.masterKey, previous: config.previousMasterKey }
  const keys = await loadMasterKeys(explicit, config.dataDir, random)
  const sealer = new Sealer(keys.current, random, keys.previous)
  const result = await checkMasterKey(prisma, keys, sealer)
  if (keys.previous !== null) await forgetPreviousKey(config.dataDir)
  return { masterKey: keys.current, sealer, isRotated: result === 'rotated' }
}
