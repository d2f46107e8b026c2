/** What a full disk, a stranger's hand or an old copy does to the memory of what has ended (E19). */
import { appendFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { EndedFile, type EndedLine } from '../../../core/ended/ended-file.js'
import { endAgain, endedSince } from '../../../core/ended/ended-rows.js'
import { ENDED_FILE, NoRevival } from '../../../core/ended/no-revival.js'
import { fleetWorld } from '../../core/fleet/world.js'
import { temporaryDirectory } from '../../support/directory.js'

const line = (id: string): EndedLine => ({ kind: 'station_key', id, at: '2026-11-22T12:00:00.000Z' })

t.test('what a full disk has cut short takes nothing along that is written behind it', async (t) => {
  const file = new EndedFile(path.join(temporaryDirectory(t), 'ended.jsonl'))
  await file.append([line('key-0001')])
  appendFileSync(file.path, '{"kind":"station_key","id":"key-00')
  await file.append([line('key-0002'), line('key-0003')])
  const { lines, damaged } = await file.read()
  t.same(
    lines.map(({ id }) => id),
    ['key-0001', 'key-0002', 'key-0003'],
  )
  t.equal(damaged, 1)
})

t.test('the key of the director ends for ever, too', async (t) => {
  const world = await fleetWorld(t)
  const { prisma, context, clock } = world
  const id = 'service-1'
  await prisma.serviceKey.create({
    data: { id, keyId: 'k', secretHash: Buffer.alloc(32), service: 'svc_director' },
  })
  await prisma.serviceKey.update({ where: { id }, data: { revokedAt: new Date(clock.now()) } })
  const [ended] = (await endedSince(prisma, 0)).filter((one) => one.id === id)
  t.ok(ended)
  await prisma.serviceKey.update({ where: { id }, data: { revokedAt: null } })
  await prisma.$transaction((tx) => endAgain(context, tx, ended === undefined ? [] : [ended]))
  t.ok((await prisma.serviceKey.findUniqueOrThrow({ where: { id } })).revokedAt)
})

t.test('a file that is lost or emptied while core runs is written anew, whole', async (t) => {
  const world = await fleetWorld(t)
  const { prisma, context, clock } = world
  const dataDir = temporaryDirectory(t)
  const file = path.join(dataDir, ENDED_FILE)
  const { stationId } = await world.enrolled()
  const endKey = async (n: number) => {
    await prisma.stationKey.create({
      data: {
        ...{ id: `key-${n}`, keyId: `k${n}`, secretHash: Buffer.alloc(32), stationId },
        ...{ createdAt: new Date(clock.now()), revokedAt: new Date(clock.now()) },
      },
    })
  }
  const warned: string[] = []
  const log = { ...context.log, warn: (_: unknown, text: string) => void warned.push(text) }
  const memory = () =>
    new NoRevival({ ...context, log: log as typeof context.log, config: { ...context.config, dataDir } })
  const has = (n: number) => readFileSync(file, 'utf8').includes(`"key-${n}"`)
  await endKey(1)
  const running = memory()
  await running.start()
  t.ok(has(1))
  t.match(warned.splice(0), [/there was no file/], 'who has restored a database must know')
  const harms = [() => rmSync(file), () => truncateSync(file, 0), () => writeFileSync(file, 'garbage\n')]
  for (const [at, harm] of harms.entries()) {
    harm()
    await endKey(at + 2)
    await running.look()
    for (let n = 1; n <= at + 2; n++) t.ok(has(n), `key ${n} after harm ${at}`)
  }
  t.equal(warned.length, harms.length, 'and it is said')
  await running.stop()

  appendFileSync(file, 'garbage\n{"kind":"station_key","id":"lost"}\n')
  const next = memory()
  await next.start()
  await next.stop()
  t.ok(has(1))
  t.match(warned.splice(harms.length), [/cannot be read/])
  const aside = readdirSync(dataDir).filter((name) => name.includes('damaged'))
  t.equal(aside.length, 1, 'what could not be read is kept for a person')
  t.match(readFileSync(path.join(dataDir, aside[0] ?? ''), 'utf8'), 'garbage')
})
