import t from 'tap'
import { isPublicAddress, refusalOf } from '../../director/source-guard.js'

t.test(
  'What only this machine or this network can reach is no public address, in whatever clothes',
  async (t) => {
    const inside = [
      ...[
        '127.0.0.1',
        '127.255.255.254',
        '0.0.0.0',
        '10.1.2.3',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.1.1',
      ],
      ...[
        '169.254.169.254',
        '100.64.0.1',
        '192.0.0.8',
        '192.0.2.1',
        '198.18.0.1',
        '203.0.113.9',
        '224.0.0.1',
      ],
      ...[
        '255.255.255.255',
        '::',
        '::1',
        '::ffff:127.0.0.1',
        '::ffff:8.8.8.8',
        '::7f00:1',
        '64:ff9b::7f00:1',
      ],
      ...[
        'fe80::1',
        'fc00::1',
        'fd12:3456::1',
        'ff02::1',
        '2001:db8::1',
        '2002:7f00:1::',
        '2001::1',
        '3fff::1',
      ],
      ...['', 'localhost', '1.2.3', '::1%lo'],
    ]
    for (const address of inside) t.notOk(isPublicAddress(address), address)
    for (const address of [
      '8.8.8.8',
      '172.32.0.1',
      '172.15.0.1',
      '100.128.0.1',
      '2606:4700::1',
      '2a00:1450::1',
    ])
      t.ok(isPublicAddress(address), address)
  },
)

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
