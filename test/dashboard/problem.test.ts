import t from 'tap'
import { z } from 'zod'
import { answer, refusal } from '../../core/dashboard/logic/problem.js'
import { TalosError, toProblem } from '../../shared/errors.js'

t.test('a problem of core keeps its code, its detail and its fields', async (t) => {
  const problem = toProblem(
    new TalosError('invalid_request', 'The body does not fit.', {
      errors: [{ pointer: '/name', detail: 'is empty' }],
    }),
  )
  const error = refusal(400, JSON.stringify(problem), null)
  t.equal(error.code, 'invalid_request')
  t.equal(error.detail, 'The body does not fit.')
  t.same(error.options.errors, [{ pointer: '/name', detail: 'is empty' }])
})

t.test('Retry-After is kept', async (t) => {
  t.equal(refusal(429, '', '30').options.retryAfterS, 30)
})

t.test('a refusal that is no problem is judged by its status, and never trusted further', async (t) => {
  t.equal(refusal(401, '<html>', null).code, 'not_signed_in')
  t.equal(refusal(429, '', null).code, 'rate_limited')
  t.equal(refusal(502, 'Bad Gateway', null).code, 'unavailable')
  t.equal(
    refusal(418, '{"code":"constructor","type":"x","title":"x","status":418,"detail":"x"}', null).code,
    'internal',
  )
})

t.test('an answer that breaks its schema is an error which names the place', async (t) => {
  const schema = z.strictObject({ items: z.array(z.number()) })
  t.same(answer(schema, '{"items":[1]}'), { items: [1] })
  t.throws(() => answer(schema, '{"items":["1"]}'), { code: 'internal', detail: /\/items\/0/ })
  t.throws(() => answer(schema, '{"items":[],"more":1}'), { code: 'internal' })
  t.throws(() => answer(schema, 'not json'), { code: 'internal' })
})
