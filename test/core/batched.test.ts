import t from 'tap'
import { Batched } from '../../core/batched.js'

/** A `find` that answers when it is told to. */
function world() {
  const questions: { keys: readonly string[]; answer(found: Record<string, number>): void; fail(): void }[] =
    []
  const batched = new Batched<number>(
    (keys) =>
      new Promise((resolve, reject) => {
        questions.push({
          keys,
          answer: (found) => resolve(new Map(Object.entries(found))),
          fail: () => reject(new Error('the database is gone')),
        })
      }),
  )
  return { questions, batched }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

t.test('what is asked for in one turn is one question, each key once', async (t) => {
  const { questions, batched } = world()
  const answers = [batched.get('a'), batched.get('b'), batched.get('a')]
  await turn()
  t.same(
    questions.map(({ keys }) => keys),
    [['a', 'b']],
  )
  questions[0]?.answer({ a: 1 })
  t.same(await Promise.all(answers), [1, null, 1])
})

t.test('B18: an answer never comes from a question that was put before it was asked for', async (t) => {
  const { questions, batched } = world()
  const before = batched.get('a')
  await turn()
  const after = batched.get('a')
  await turn()
  t.equal(questions.length, 2, 'the first one is under way, and is not shared')
  questions[0]?.answer({ a: 1 })
  questions[1]?.answer({})
  t.same([await before, await after], [1, null])
})

t.test('four questions at once; the others collect for the next', async (t) => {
  const { questions, batched } = world()
  const answers: Promise<number | null>[] = []
  for (let i = 0; i < 10; i++) {
    answers.push(batched.get(`k${i}`))
    await turn()
  }
  t.equal(questions.length, 4)
  questions[0]?.answer({ k0: 0 })
  await answers[0]
  await turn()
  t.equal(questions.length, 5)
  t.equal(questions[4]?.keys.length, 6)
  for (const { keys, answer } of questions)
    answer(Object.fromEntries(keys.map((key) => [key, Number(key.slice(1))])))
  t.same(await Promise.all(answers), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
})

t.test('a question has an end: more keys than fit are several', async (t) => {
  const { questions, batched } = world()
  const answers = Array.from({ length: 150 }, (_, i) => batched.get(String(i)))
  for (let i = 0; i < 3; i++) await turn()
  t.same(
    questions.map(({ keys }) => keys.length),
    [64, 64, 22],
  )
  for (const { keys, answer } of questions) answer(Object.fromEntries(keys.map((key) => [key, Number(key)])))
  t.same(
    await Promise.all(answers),
    answers.map((_, i) => i),
  )
})

t.test('B19: what fails is told to all who asked, and to nobody later', async (t) => {
  const { questions, batched } = world()
  const answers = [batched.get('a'), batched.get('b')]
  await turn()
  questions[0]?.fail()
  for (const answer of answers) await t.rejects(answer, { message: 'the database is gone' })
  const again = batched.get('a')
  await turn()
  questions[1]?.answer({ a: 1 })
  t.equal(await again, 1)
})
