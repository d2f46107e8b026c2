import 'reflect-metadata'
import { generateKeyPairSync } from 'node:crypto'
import { Pkcs10CertificateRequest } from '@peculiar/x509'
import t from 'tap'
import { makeCsr } from '../../agent/csr.js'

t.test('E16: the request is sound to another library, for its own key, and names nobody', async (t) => {
  for (let i = 0; i < 20; i++) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const request = new Pkcs10CertificateRequest(makeCsr(privateKey))
    t.ok(await request.verify(), 'signed with its own private key')
    t.same(
      Buffer.from(request.publicKey.rawData),
      publicKey.export({ format: 'der', type: 'spki' }),
      'the public key',
    )
    t.equal(request.subject, '')
    t.same(request.attributes, [])
  }
})
