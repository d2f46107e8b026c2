import { copyFileSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import t, { type Test } from 'tap'
import { Certificate, judgeKeyPair, readKeyPair } from '../../core/certificate.js'
import type { Logger } from '../../core/ports.js'
import { DAY, systemClock } from '../../shared/time.js'
import { certificate, type Certificate as Files } from '../support/certificate.js'
import { temporaryDirectory } from '../support/directory.js'

const [first, second] = [certificate(t), certificate(t)]
const skip = first === null || second === null ? 'openssl is not installed' : false

/** Files that are replaced in time, a server that takes what it is given, and the lines of the log. */
function world(t: Test, start: Files) {
  const directory = temporaryDirectory(t)
  const files = { certFile: path.join(directory, 'cert.pem'), keyFile: path.join(directory, 'key.pem') }
  const lines: string[] = []
  const served: unknown[] = []
  let wake: () => void = () => {}
  const note = (fields: object | string, message = '') => {
    lines.push(`${message}${'err' in (fields as object) ? '!' : ''}`)
    wake()
  }
  const log: Logger = { debug: note, info: note, warn: note, error: note }
  copyFileSync(start.certFile, files.certFile)
  copyFileSync(start.keyFile, files.keyFile)
  const made = new Certificate(files, systemClock, log, { pollMs: 20, settleMs: 60 })
  made.renews({ setSecureContext: (options) => served.push(options.cert) })
  return {
    ...{ files, lines, served, made },
    /** Resolves at the next line of the log. */
    line: () =>
      new Promise<void>((resolve) => {
        wake = resolve
      }),
  }
}

t.test('a new pair is taken when its files change, once, though there are two', { skip }, async (t) => {
  if (first === null || second === null) return
  const { files, lines, served, made, line } = world(t, first)
  made.start()
  t.teardown(() => made.stop())
  // Its own timers keep no process alive.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const renewed = line()
  copyFileSync(second.keyFile, files.keyFile)
  copyFileSync(second.certFile, files.certFile)
  await renewed
  t.same(served, [readFileSync(second.certFile)])
  t.same(made.pair, readKeyPair(second))
  t.same(lines, ['the certificate was renewed'])
})

t.test('a link that is exchanged is followed', { skip }, async (t) => {
  if (first === null || second === null) return
  const { files, served, made, line } = world(t, first)
  for (const [name, file] of Object.entries(files)) {
    const target = name === 'certFile' ? first.certFile : first.keyFile
    symlinkSync(target, `${file}.link`)
    renameSync(`${file}.link`, file)
  }
  made.start()
  t.teardown(() => made.stop())
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(alive))
  const renewed = line()
  for (const [name, file] of Object.entries(files)) {
    const target = name === 'certFile' ? second.certFile : second.keyFile
    symlinkSync(target, `${file}.link`)
    renameSync(`${file}.link`, file)
  }
  await renewed
  t.same(served, [readFileSync(second.certFile)])
})

t.test('what cannot be used is refused, and the old pair stays', { skip }, async (t) => {
  if (first === null || second === null) return
  const { files, lines, served, made } = world(t, first)
  copyFileSync(second.certFile, files.certFile)
  made.reload()
  writeFileSync(files.certFile, 'not a certificate')
  made.reload()
  renameSync(files.certFile, `${files.certFile}.gone`)
  made.reload()
  t.same(lines, Array(3).fill('the new certificate is refused; the old one stays!'))
  t.same(served, [])
  t.same(made.pair, readKeyPair(first))
  copyFileSync(first.certFile, files.certFile)
  made.reload()
  t.equal(lines.length, 3, 'what has not changed is not worth a line')
  copyFileSync(second.certFile, files.certFile)
  copyFileSync(second.keyFile, files.keyFile)
  made.reload()
  t.equal(served.length, 1)
})

t.test('a pair that has expired is refused', { skip }, async (t) => {
  if (first === null) return
  const pair = readKeyPair(first)
  t.match(judgeKeyPair(pair, Date.now()), { subject: /localhost/, validTo: /Z$/ })
  t.throws(() => judgeKeyPair(pair, Date.now() + 2 * DAY), { code: 'config_invalid', detail: /expired/ })
})

t.test('a file that cannot be read is a wrong configuration, by the name of its setting', async (t) => {
  t.throws(() => readKeyPair({ certFile: '/none.pem', keyFile: '/none.pem' }), {
    code: 'config_invalid',
    detail: /TALOS_TLS_CERT/,
  })
})
