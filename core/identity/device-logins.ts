/**
 * Signing in a command line by device code (RFC 8628, A21): it shows eight letters, a signed-in person approves them, it
 * gets the tokens of a command line. State: pending -> authorized | denied, authorized -> consumed; expiry is a time, not a state.
 * @module
 */
import { createHmac } from 'node:crypto'
import type { DeviceLogin } from '../../prisma/generated/client.js'
import { TalosError } from '../../shared/errors.js'
import { MINUTE, SECOND } from '../../shared/time.js'
import type { Context, Random } from '../context.js'
import { newId } from '../crypto/ids.js'
import { newToken, sha256 } from '../crypto/secrets.js'
import type { UserActor } from '../http/actor.js'
import { auditOf, type Caller } from '../http/caller.js'
import type { CommandLines } from './command-lines.js'
import type { IssuedTokens } from './refresh-tokens.js'

export const DEVICE_LOGIN_MS = 10 * MINUTE
export const POLL_INTERVAL_MS = 5 * SECOND
/** Timers and networks are not exact: a poll this much early is not too fast. */
const POLL_SLACK_MS = 500
/** RFC 8628, 6.1: no vowels, so no words. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const CODE_LENGTH = 8

/** Eight letters, each as likely: bytes of 240 and above would favour the first letters, and are drawn again. */
export function newUserCode(random: Random): string {
  let code = ''
  while (code.length < CODE_LENGTH)
    for (const byte of random(CODE_LENGTH))
      if (byte < 240 && code.length < CODE_LENGTH) code += LETTERS[byte % LETTERS.length]
  return code
}

export const displayCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`

const unknownCode = () =>
  new TalosError('device_code_invalid', 'This code is unknown, used or expired. Begin again on the device.')

export interface StartedLogin {
  readonly deviceCode: string
  readonly userCode: string
}

export class DeviceLogins {
  /** `pepper`: 35 bits are soon guessed from a plain hash in a stolen database, so the hash is keyed. */
  constructor(
    private readonly context: Context,
    private readonly commandLines: CommandLines,
    private readonly pepper: Uint8Array,
  ) {}

  #hash(userCode: string): Buffer<ArrayBuffer> {
    return createHmac('sha256', this.pepper).update(userCode).digest()
  }

  /** A new pair of codes for a device. */
  async start(clientName: string, address: string): Promise<StartedLogin> {
    const { prisma, clock, random } = this.context
    const now = clock.now()
    const deviceCode = newToken(random)
    const userCode = newUserCode(random)
    await prisma.deviceLogin.create({
      data: {
        id: newId(random),
        deviceCodeHash: sha256(deviceCode),
        userCodeHash: this.#hash(userCode),
        clientName,
        address,
        createdAt: new Date(now),
        expiresAt: new Date(now + DEVICE_LOGIN_MS),
      },
    })
    return { deviceCode, userCode }
  }

  /**
   * What the approve page shows of who asks (A37).
   * @throws TalosError `device_code_invalid`
   */
  async look(userCode: string): Promise<DeviceLogin> {
    const { prisma, clock } = this.context
    const row = await prisma.deviceLogin.findUnique({ where: { userCodeHash: this.#hash(userCode) } })
    if (row?.state !== 'pending' || row.expiresAt.getTime() <= clock.now()) throw unknownCode()
    return row
  }

  /**
   * A person says yes or no, once.
   * @throws TalosError `device_code_invalid`
   */
  async decide(
    userCode: string,
    decision: 'authorized' | 'denied',
    person: UserActor,
    caller: Caller,
  ): Promise<void> {
    const { prisma, clock, audit } = this.context
    await prisma.$transaction(async (tx) => {
      const [row] = await tx.deviceLogin.updateManyAndReturn({
        where: {
          userCodeHash: this.#hash(userCode),
          state: 'pending',
          expiresAt: { gt: new Date(clock.now()) },
        },
        data: { state: decision, userId: person.id },
      })
      if (row === undefined) throw unknownCode()
      await audit.record(tx, {
        ...auditOf(caller),
        action: decision === 'authorized' ? 'device_login.approve' : 'device_login.deny',
        targetKind: 'device_login',
        targetId: row.id,
        outcome: 'success',
        detail: { clientName: row.clientName, clientAddress: row.address },
      })
    })
  }

  /**
   * The device asks whether somebody has decided. Gives its tokens, once.
   * @throws TalosError `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `device_code_invalid`
   */
  async poll(deviceCode: string, caller: Caller): Promise<IssuedTokens> {
    const { prisma, clock } = this.context
    const row = await prisma.deviceLogin.findUnique({ where: { deviceCodeHash: sha256(deviceCode) } })
    if (row === null || row.state === 'consumed') throw unknownCode()
    if (row.state === 'denied') throw new TalosError('access_denied', 'The sign-in was denied by a person.')
    const now = clock.now()
    if (row.expiresAt.getTime() <= now)
      throw new TalosError('expired_token', 'Nobody approved the code in time. Begin again.')
    await this.#holdBack(row.id, now)
    if (row.state !== 'authorized' || row.userId === null)
      throw new TalosError('authorization_pending', 'Nobody has approved the code yet.')
    return await this.#redeem(row, row.userId, caller)
  }

  /** RFC 8628, 3.5: a client that polls faster than it was told is told again. */
  async #holdBack(id: string, now: number): Promise<void> {
    const before = new Date(now - POLL_INTERVAL_MS + POLL_SLACK_MS)
    const { count } = await this.context.prisma.deviceLogin.updateMany({
      where: { id, OR: [{ lastPolledAt: null }, { lastPolledAt: { lte: before } }] },
      data: { lastPolledAt: new Date(now) },
    })
    if (count === 1) return
    const retryAfterS = POLL_INTERVAL_MS / SECOND
    throw new TalosError('slow_down', `Ask every ${retryAfterS} s.`, { retryAfterS })
  }

  async #redeem(row: DeviceLogin, userId: string, caller: Caller): Promise<IssuedTokens> {
    const { prisma, clock } = this.context
    return await prisma.$transaction(async (tx) => {
      const { count } = await tx.deviceLogin.updateMany({
        where: { id: row.id, state: 'authorized', expiresAt: { gt: new Date(clock.now()) } },
        data: { state: 'consumed' },
      })
      if (count !== 1) throw unknownCode()
      return await this.commandLines.begin(tx, userId, row.clientName, caller)
    })
  }
}
