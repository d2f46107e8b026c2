/** Access tokens and tickets that were forged, changed, replayed or meant for something else (A13, A14, B17). */
import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { deriveKey } from '../../../core/crypto/seal.js'
import { ACCESS_MS } from '../../../core/identity/access-tokens.js'
import { SECOND } from '../../../shared/time.js'
import { loginCommandLine } from '../../support/command-line.js'
import { ORG, type TestCore, testCore } from '../../support/core.js'

const MASTER = randomBytes(32)
const start = async (t: Test) => {
  const core = await testCore(t, { env: { TALOS_MASTER_KEY: MASTER.toString('base64') } })
  const { access } = await loginCommandLine(core, core.owner)
  return { core, access }
}
const me = (core: TestCore, bearer: string) => core.program(bearer).api('GET', '/auth/me')
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const hs = (key: Uint8Array | string, text: string, hash = 'sha256'): string =>
  `${text}.${createHmac(hash, key).update(text).digest('base64url')}`

t.test('no token of another maker, algorithm, type or shape is taken', async (t) => {
  const { core, access } = await start(t)
  t.equal((await me(core, access)).status, 200)
  const [header = '', payload = '', signature = ''] = access.split('.')
  const key = deriveKey(MASTER, 'access-token')
  const claims = decodeJwt(access)
  const good = { alg: 'HS256', typ: 'at+jwt' }
  t.equal((await me(core, hs(key, `${b64(good)}.${payload}`))).status, 200, 'so signed it is taken')

  const publicKeys = core.context.signingKeys.publicKeys()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const forged: Record<string, string> = {
    'alg none': `${b64({ ...good, alg: 'none' })}.${payload}.`,
    'alg None with the signature': `${b64({ ...good, alg: 'None' })}.${payload}.${signature}`,
    'alg NONE': `${b64({ ...good, alg: 'NONE' })}.${payload}.`,
    'no alg': `${b64({ typ: 'at+jwt' })}.${payload}.${signature}`,
    'no signature': `${header}.${payload}.`,
    'two parts': `${header}.${payload}`,
    'four parts': `${access}.${signature}`,
    'another hash': hs(key, `${b64({ ...good, alg: 'HS512' })}.${payload}`, 'sha512'),
    'HS384 in name only': hs(key, `${b64({ ...good, alg: 'HS384' })}.${payload}`),
    'the public signing key as a secret': hs(JSON.stringify(publicKeys[0]), `${b64(good)}.${payload}`),
    'its x as a secret': hs(Buffer.from(publicKeys[0]?.x ?? '', 'base64url'), `${b64(good)}.${payload}`),
    'an empty secret': hs('', `${b64(good)}.${payload}`),
    'the master key itself': hs(MASTER, `${b64(good)}.${payload}`),
    'a key of its own in the header': hs('x', `${b64({ ...good, jwk: { kty: 'oct', k: 'eA' } })}.${payload}`),
    'a key id that walks': hs('', `${b64({ ...good, kid: '../../../dev/null' })}.${payload}`),
    'an unknown critical header': hs(key, `${b64({ ...good, crit: ['x'], x: 1 })}.${payload}`),
    'an unencoded payload': hs(key, `${b64({ ...good, crit: ['b64'], b64: false })}.${payload}`),
    RS256: await new SignJWT(claims).setProtectedHeader({ ...good, alg: 'RS256' }).sign(rsa.privateKey),
  }
  for (const purpose of ['seal', 'check', 'user-code', 'refresh-token', 'pairing-number'] as const)
    forged[`the key for ${purpose}`] = hs(deriveKey(MASTER, purpose), `${b64(good)}.${payload}`)
  for (const typ of ['JWT', 'talos-mqtt+jwt', 'talos-cmd+jws', undefined])
    forged[`typ ${typ}`] = hs(key, `${b64({ alg: 'HS256', typ })}.${payload}`)
  for (const [name, text] of Object.entries(forged)) {
    const answer = await me(core, text)
    t.match(answer, { status: 401, body: { code: 'not_signed_in' } }, name)
  }
})

t.test('no claim may be missing, wrong or strange, not even with the right key', async (t) => {
  const { core, access } = await start(t)
  const key = deriveKey(MASTER, 'access-token')
  const claims = decodeJwt(access)
  const sign = (more: object) =>
    hs(key, `${b64({ alg: 'HS256', typ: 'at+jwt' })}.${b64({ ...claims, ...more })}`)
  t.equal((await me(core, sign({}))).status, 200)
  for (const name of Object.keys(claims)) {
    if (name === 'name') continue
    t.equal((await me(core, sign({ [name]: undefined }))).status, 401, `without ${name}`)
    t.equal((await me(core, sign({ [name]: {} }))).status, 401, `with a strange ${name}`)
  }
  const now = Math.floor(core.clock.now() / SECOND)
  const wrong: object[] = [
    { iss: 'https://evil.example' },
    { aud: 'mqtt' },
    { aud: ['talos-api', 'mqtt'] },
    { exp: now - 1 },
    { nbf: now + 60 },
    { exp: String(now + 60) },
    { sid: '../x' },
    { auth_method: 'magic_link' },
    { client_id: 'other' },
    { epoch: 1 },
    { epoch: -1 },
    { sub: 'nobody-0001' },
    { permissions: [{ role: 'superadmin', may: ['manage_users'], orgs: [] }] },
    { admin: true },
  ]
  for (const more of wrong) t.equal((await me(core, sign(more))).status, 401, JSON.stringify(more))
})

t.test('every changed byte is noticed', async (t) => {
  const { core, access } = await start(t)
  const verify = (text: string) => core.core.identity.access.verify(text)
  t.ok(await verify(access))
  let [taken, tried] = [0, 0]
  for (let at = 0; at < access.length; at++) {
    const was = access[at] ?? ''
    // The last letter of a part holds bits that no byte has; those may be anything.
    if (access[at + 1] === '.' || at === access.length - 1) continue
    tried += 1
    const changed = access.slice(0, at) + (was === 'A' ? 'B' : 'A') + access.slice(at + 1)
    if ((await verify(changed)) !== null) taken += 1
  }
  t.equal(taken, 0)
  t.ok(tried > 300)
})

t.test('a token ends after 15 minutes, and its permissions are its own alone', async (t) => {
  const { core, access } = await start(t)
  t.equal((await core.program(access).api('GET', `/orgs/${ORG}/stations`)).status, 200)
  t.equal((await core.program(access).api('GET', '/orgs/other/stations')).status, 404)
  core.clock.aheadMs += ACCESS_MS
  t.equal((await me(core, access)).status, 401)
})

t.test('a token of another installation is none', async (t) => {
  const { access } = await start(t)
  const other = await testCore(t)
  t.equal((await me(other, access)).status, 401)
})
