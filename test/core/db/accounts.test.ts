import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { temporaryDirectory } from '../../support/directory.js'
import { copyInstall, giveTo, privateFolder } from '../../support/install.js'
import { runProgram } from '../../support/program.js'

const NOBODY = 65534
const DAEMON = 1
const ROWS = '5'
const needsRoot = process.getuid?.() === 0 ? {} : { skip: 'only root can become another user' }

interface Outcome {
  readonly rows: number
  readonly refused?: string
  readonly detail?: string
}

/** Opens the database as a user, writes some rows and closes it. */
async function write(
  t: Test,
  writer: string,
  uid: number,
  dataDir: string,
  sharedDir: string,
): Promise<Outcome> {
  const user = uid === 0 ? {} : { uid, gid: uid }
  const program = runProgram(t, writer, [dataDir, sharedDir, ROWS], { cwd: '/', ...user })
  await program.end
  const refusal = program.printed.find((value): value is { refused: string; detail: string } =>
    Object.hasOwn(value as object, 'refused'),
  )
  return { rows: program.printed.filter((value) => typeof value === 'number').length, ...refusal }
}

const folder = (parent: string, name: string): string => {
  mkdirSync(path.join(parent, name))
  chmodSync(path.join(parent, name), 0o755)
  return path.join(parent, name)
}

t.test('a checkout and a data directory of root', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const home = privateFolder(base, 'home')
  const writer = copyInstall(path.join(home, 'checkout'))

  await t.test('under a private folder: server and data move to where the server can be', async (t) => {
    const shared = folder(base, 'shared')
    const dataDir = path.join(home, 'data')
    t.match(await write(t, writer, 0, dataDir, shared), { rows: 10 })
    const link = path.join(dataDir, 'postgres')
    t.ok(lstatSync(link).isSymbolicLink())
    t.equal(path.dirname(realpathSync(link)), shared)
    t.equal(statSync(path.join(link, '18')).uid, NOBODY)
    const copies = readdirSync(shared).filter((name) => name.startsWith('postgresql-'))
    t.equal(copies.length, 1)
    t.equal(
      statSync(path.join(shared, copies[0] ?? '')).uid,
      0,
      'what the server runs is not its own to change',
    )

    t.match(await write(t, writer, 0, dataDir, shared), { rows: 10 }, 'and again')
    t.same(readdirSync(shared).length, 2, 'nothing is copied twice')
  })

  await t.test('a shared folder that somebody else prepared is not trusted', async (t) => {
    const shared = folder(base, 'prepared')
    chownSync(shared, DAEMON, DAEMON)
    t.match(await write(t, writer, 0, path.join(home, 'other-data'), shared), {
      refused: 'config_invalid',
      detail: shared,
    })
    t.same(readdirSync(shared), [])
  })

  await t.test('a user to whom the database does not belong is told so', async (t) => {
    chmodSync(home, 0o755)
    const shared = path.join(base, 'unused')
    const dataDir = path.join(base, 'data')
    t.match(await write(t, writer, 0, dataDir, shared), { rows: 10 })
    t.match(await write(t, writer, DAEMON, dataDir, shared), {
      refused: 'config_invalid',
      detail: `belongs to user id ${NOBODY}`,
    })
  })
})

t.test('a checkout and a data directory of an ordinary user', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const home = privateFolder(base, 'home')
  const shared = path.join(base, 'shared')
  const dataDir = path.join(home, 'data')
  const writer = copyInstall(path.join(home, 'checkout'))
  giveTo(DAEMON, home)

  await t.test('need no other place', async (t) => {
    t.match(await write(t, writer, DAEMON, dataDir, shared), { rows: 10 })
    t.equal(statSync(dataDir).mode & 0o777, 0o700)
    t.throws(() => statSync(shared), { code: 'ENOENT' })
  })

  await t.test('stay that user’s when root runs them once', async (t) => {
    for (const uid of [0, DAEMON]) t.match(await write(t, writer, uid, dataDir, shared), { rows: 10 })
    t.equal(statSync(path.join(dataDir, 'postgres/18')).uid, DAEMON)
  })
})
