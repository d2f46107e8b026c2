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

t.test(
  'root with everything under a private folder: server and data move to where the server can be',
  needsRoot,
  async (t) => {
    const base = temporaryDirectory(t)
    const home = privateFolder(base, 'home')
    const shared = folder(base, 'shared')
    const dataDir = path.join(home, 'data')
    const writer = copyInstall(path.join(home, 'checkout'))

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
  },
)

t.test('a shared folder that somebody else prepared is not trusted', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const home = privateFolder(base, 'home')
  const shared = folder(base, 'shared')
  chownSync(shared, DAEMON, DAEMON)
  const writer = copyInstall(path.join(home, 'checkout'))
  t.match(await write(t, writer, 0, path.join(home, 'data'), shared), {
    refused: 'config_invalid',
    detail: shared,
  })
  t.same(readdirSync(shared), [])
})

t.test('an ordinary user runs it in a home of its own, and needs no other place', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const home = privateFolder(base, 'home')
  const shared = path.join(base, 'shared')
  const dataDir = path.join(home, 'data')
  const writer = copyInstall(path.join(home, 'checkout'))
  giveTo(DAEMON, home)

  t.match(await write(t, writer, DAEMON, dataDir, shared), { rows: 10 })
  t.equal(statSync(path.join(dataDir, 'postgres/18')).uid, DAEMON)
  t.equal(statSync(dataDir).mode & 0o777, 0o700)
  t.throws(() => statSync(shared), { code: 'ENOENT' })
})

t.test('a root that runs the database of an ordinary user leaves it to that user', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const home = privateFolder(base, 'home')
  const dataDir = path.join(home, 'data')
  const writer = copyInstall(path.join(home, 'checkout'))
  giveTo(DAEMON, home)
  const shared = path.join(base, 'shared')

  for (const uid of [DAEMON, 0, DAEMON]) t.match(await write(t, writer, uid, dataDir, shared), { rows: 10 })
  t.equal(statSync(path.join(dataDir, 'postgres/18')).uid, DAEMON)
})

t.test('a user to whom the database does not belong is told so', needsRoot, async (t) => {
  const base = temporaryDirectory(t)
  const writer = copyInstall(path.join(folder(base, 'checkout')))
  const dataDir = path.join(base, 'data')
  const shared = path.join(base, 'shared')
  t.match(await write(t, writer, 0, dataDir, shared), { rows: 10 })
  t.match(await write(t, writer, DAEMON, dataDir, shared), {
    refused: 'config_invalid',
    detail: `belongs to user id ${NOBODY}`,
  })
})
