import t from 'tap'
import { GO_KEYS, hear, type Press } from '../../core/dashboard/logic/shortcuts.js'

const press = (key: string, change: Partial<Press> = {}): Press => ({
  ...{ key, ctrl: false, meta: false, alt: false, typing: false, at: 0 },
  ...change,
})
const asked = (key: string, change: Partial<Press> = {}, leader: number | null = null) =>
  hear(press(key, change), leader).asked

t.test('Ctrl+K and Cmd+K open the palette, also while somebody types', async (t) => {
  t.same(asked('k', { ctrl: true }), { kind: 'palette' })
  t.same(asked('K', { meta: true, typing: true }), { kind: 'palette' })
  t.same(asked('k'), { kind: 'nothing' })
  t.same(asked('k', { ctrl: true, alt: true }), { kind: 'nothing' })
})

t.test('letters are letters while somebody types, and with a modifier they are the browser’s', async (t) => {
  for (const key of ['g', '?', '/']) {
    t.same(hear(press(key, { typing: true }), null), { asked: { kind: 'nothing' }, leader: null })
    t.same(hear(press(key, { ctrl: true }), null), { asked: { kind: 'nothing' }, leader: null })
  }
  t.same(asked('?'), { kind: 'help' })
  t.same(asked('/'), { kind: 'search' })
})

t.test('g and a letter go to a page, within a second and a half', async (t) => {
  const { leader } = hear(press('g', { at: 1000 }), null)
  t.equal(leader, 1000)
  t.same(hear(press('f', { at: 2500 }), leader), { asked: { kind: 'go', page: 'fleet' }, leader: null })
  t.same(asked('f', { at: 2501 }, leader), { kind: 'nothing' })
  t.same(asked('f', { at: 1001, typing: true }, leader), { kind: 'nothing' })
  t.same(asked('z', { at: 1001 }, leader), { kind: 'nothing' }, 'no page has this letter')
})

t.test('each page has a letter of its own, and g is none of them', async (t) => {
  const letters = Object.values(GO_KEYS)
  t.equal(new Set(letters).size, letters.length)
  t.notOk(letters.includes('g'))
})
