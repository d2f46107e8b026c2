import t from 'tap'
import { isPublicAddress } from '../../shared/public-address.js'

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
