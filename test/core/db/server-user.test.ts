import t from 'tap'
import { chooseServerIds, spawnAs } from '../../../core/db/server-user.js'

const ids = (uid: number) => ({ uid, gid: uid })

t.test('an ordinary user runs the server itself', async (t) => {
  t.same(chooseServerIds(ids(1000), undefined), ids(1000))
  t.same(chooseServerIds(ids(1000), ids(1000)), ids(1000))
})

t.test('root lends it the account nobody, or the owner of the cluster; never root', async (t) => {
  t.same(chooseServerIds(ids(0), undefined), ids(65534))
  t.same(chooseServerIds(ids(0), ids(1000)), ids(1000))
  t.same(chooseServerIds(ids(0), ids(0)), ids(65534))
})

t.test('the cluster of somebody else is refused', async (t) => {
  t.throws(() => chooseServerIds(ids(1000), ids(65534)), { code: 'config_invalid', detail: /65534.*1000/ })
})

t.test('the server gets another user only when it needs one, and nothing of our environment', async (t) => {
  const own = spawnAs({ ...ids(1000), name: 'me', lent: false })
  t.notOk('uid' in own)
  t.same(Object.keys(own.env).sort(), ['LC_ALL', 'PATH', 'TZ'])
  t.match(spawnAs({ ...ids(65534), name: 'nobody', lent: true }), { uid: 65534, gid: 65534 })
})
