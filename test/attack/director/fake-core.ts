/** A core that answers whatever a test says: the last inch of a hostile or broken one. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Test } from 'tap'
import { CoreClient } from '../../../director/core-client.js'

export interface Asked {
  readonly method: string
  /** Below /api/v1, with the query. */
  readonly path: string
  readonly body: string
}

/** The body to answer, or a status with a body of its own. */
export type Answer = { readonly status: number; readonly text: string } | object

export async function fakeCore(t: Test, answer: (asked: Asked) => Answer) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      const one = { method: request.method ?? '', path: (request.url ?? '').slice('/api/v1'.length), body }
      asked.push(one)
      const said = answer(one)
      const [status, text] =
        'status' in said && 'text' in said ? [said.status, said.text] : [200, JSON.stringify(said)]
      response.writeHead(status as number, { 'content-type': 'application/json' }).end(text)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { asked, core: new CoreClient(url, () => 'gsk_test') }
}

/** As core says that there is no such thing. */
export const NOT_FOUND: Answer = {
  status: 404,
  text: JSON.stringify({ type: 'x', title: 'x', status: 404, code: 'not_found', detail: 'none' }),
}
