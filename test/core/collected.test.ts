import t from 'tap'
import { Background } from '../../core/background.js'
import { Collected } from '../../core/collected.js'

function world() {
  const errors: object[] = []
  const log = { info() {}, warn() {}, error: (fields: object) => errors.push(fields) }
  const background = new Background(log as never, 1)
  const written: [string, number][][] = []
  let done: (error?: Error) => void = () => {}
  let started: () => void = () => {}
  const collected = new Collected<number>('notes', background, (notes) => {
    written.push([...notes])
    started()
    return new Promise<void>((resolve, reject) => {
      done = (error) => (error === undefined ? resolve() : reject(error))
    })
  })
  const nextWrite = () =>
    new Promise<void>((resolve) => {
      started = resolve
    })
  return { background, collected, written, errors, nextWrite, finish: (error?: Error) => done(error) }
}

t.test('while one write is under way the others collect, the last of each key', async (t) => {
  const { background, collected, written, nextWrite, finish } = world()
  const first = nextWrite()
  collected.note('a', 1)
  await first
  const second = nextWrite()
  for (const [key, value] of [
    ['b', 2],
    ['c', 3],
    ['b', 4],
  ] as const)
    collected.note(key, value)
  t.equal(written.length, 1)
  finish()
  await second
  finish()
  await background.drain()
  t.same(written, [
    [['a', 1]],
    [
      ['b', 4],
      ['c', 3],
    ],
  ])
})

t.test('a write that fails is told, and the next note is written', async (t) => {
  const { background, collected, written, errors, nextWrite, finish } = world()
  const first = nextWrite()
  collected.note('a', 1)
  await first
  finish(new Error('the database is gone'))
  await background.drain()
  t.equal(errors.length, 1)
  const second = nextWrite()
  collected.note('b', 2)
  await second
  finish()
  await background.drain()
  t.same(written[1], [['b', 2]])
})

t.test('a write has an end: more notes than fit are several', async (t) => {
  const { background, collected, written, nextWrite, finish } = world()
  const first = nextWrite()
  for (let i = 0; i < 600; i++) collected.note(String(i), i)
  await first
  const second = nextWrite()
  finish()
  await second
  finish()
  await background.drain()
  t.same(
    written.map((notes) => notes.length),
    [500, 100],
  )
})
