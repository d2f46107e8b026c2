import t from 'tap'
import { refusalOf } from '../../director/source-guard.js'

t.test(
  'An address is https and no number of this network, unless who runs the installation named it',
  async (t) => {
    const none = new Set<string>()
    t.equal(refusalOf(new URL('https://celestrak.org/x'), none), null)
    t.equal(refusalOf(new URL('https://8.8.8.8/'), none), null)
    t.match(refusalOf(new URL('http://celestrak.org/x'), none), /not https.*TALOS_SOURCE_ORIGINS/)
    // As the WHATWG reads them: octal, hexadecimal and short forms are the same address.
    for (const host of [
      '127.0.0.1',
      '0x7f.1',
      '0177.0.0.1',
      '2130706433',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '169.254.169.254',
    ])
      t.match(refusalOf(new URL(`https://${host}/`), none), /no address of the public internet/, host)
    t.match(refusalOf(new URL('file:///etc/passwd'), none), /not https/)
    const named = new Set(['http://mirror.lan:8000'])
    t.equal(refusalOf(new URL('http://mirror.lan:8000/gp'), named), null)
    t.match(refusalOf(new URL('http://mirror.lan:8001/gp'), named), /not https/, 'the port counts')
  },
)
