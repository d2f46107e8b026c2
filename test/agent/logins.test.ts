import t from 'tap'
import type { Login } from '../../agent/link.js'
import { Logins } from '../../agent/logins.js'

const PAIR = { serial: 'a1', certificate: 'PEM', privateKey: 'PEM' }

/** A key and a certificate that write down what they are told. */
function parts() {
  const told: string[] = []
  const file = { current: {} }
  const key = {
    presented: 'gsk_own',
    isUnproved: false,
    hasOther: false,
    accepted: async (given: string) => void told.push(`accepted ${given}`),
    refused: (given: string) => {
      told.push(`refused ${given}`)
      return key.hasOther
    },
  }
  const certificate = {
    presented: null as typeof PAIR | null,
    accepted: async ({ serial }: { serial: string }) => void told.push(`accepted ${serial}`),
    refused: ({ serial }: { serial: string }) => {
      told.push(`refused ${serial}`)
      certificate.presented = null
    },
  }
  let changes = 0
  let reconnects = 0
  const logins = new Logins({
    file: file as never,
    key,
    certificate,
    changed: () => {
      changes++
    },
    reconnect: () => {
      reconnects++
    },
  })
  return {
    ...{ told, file, key, certificate, logins },
    changes: () => changes,
    reconnects: () => reconnects,
  }
}

t.test('B15: the certificate where there is one, else the key; never both', async (t) => {
  const { logins, certificate } = parts()
  t.same(logins.presented, { kind: 'key', key: 'gsk_own' })
  certificate.presented = PAIR
  t.same(logins.presented, { kind: 'certificate', ...PAIR })
})

t.test(
  'a new key is proved by connecting with it once; then it is the turn of the certificate again',
  async (t) => {
    const { logins, certificate, key, told, reconnects } = parts()
    certificate.presented = PAIR
    key.isUnproved = true
    t.match(logins.presented, { kind: 'key' })
    await logins.accepted(logins.presented)
    t.same([told, reconnects()], [['accepted gsk_own'], 0], 'its proof is not on the disk yet')
    key.accepted = async () => {
      key.isUnproved = false
    }
    await logins.accepted(logins.presented)
    t.match(logins.presented, { kind: 'certificate' })
    t.equal(reconnects(), 1)
    await logins.accepted(logins.presented)
    t.equal(reconnects(), 1)
  },
)

t.test('an agent with a key alone stays with it', async (t) => {
  const { logins, reconnects } = parts()
  await logins.accepted(logins.presented)
  t.equal(reconnects(), 0)
})

t.test('what is not taken is followed by the other at once; when nothing is left, by a pause', async (t) => {
  const { logins, certificate, told } = parts()
  certificate.presented = PAIR
  const first: Login = logins.presented
  t.ok(logins.refused(first))
  t.match(logins.presented, { kind: 'key' })
  t.notOk(logins.refused(logins.presented))
  t.same(told, ['refused a1', 'refused gsk_own'])
  certificate.presented = PAIR
  t.ok(logins.refused({ kind: 'key', key: 'gsk_own' }), 'a key that a strict station may not connect with')
})

t.test('G10: what the agent tells of itself is told anew when another credential is in use', async (t) => {
  const { logins, file, key, changes } = parts()
  await logins.accepted(logins.presented)
  t.equal(changes(), 0)
  key.accepted = async () => {
    file.current = {}
  }
  await logins.accepted(logins.presented)
  t.equal(changes(), 1)
})
