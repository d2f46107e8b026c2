import t from 'tap'
import { calendarParts, contactEntry } from '../../../core/planning/calendar.js'
import type { Contact } from '../../../shared/api/contacts.js'

const CONTACT = {
  id: 'contact-0001',
  state: 'scheduled',
  cause: 'booked by the schedule',
  actor: 'svc_director',
  stationName: 'Delft, roof; east',
  satelliteId: '25544',
  satelliteName: 'ISS (ZARYA)',
  priority: 7,
  aos: '2026-05-08T10:00:00.400Z',
  tca: '2026-05-08T10:05:00.000Z',
  los: '2026-05-08T10:10:00.000Z',
  aosAz: 200.4,
  losAz: 90,
  maxEl: 45.25,
  createdAt: '2026-05-08T08:00:00.000Z',
  updatedAt: '2026-05-08T09:00:00.000Z',
} as Contact
const PLACE = { name: CONTACT.stationName, lat: -52.1, lon: 4.3 }

const entry = (over: Partial<Contact> = {}) =>
  contactEntry({ ...CONTACT, ...over }, PLACE, 'https://talos.example.org')
const whole = (...entries: ReturnType<typeof entry>[]) => [...calendarParts('Talos Main', entries)].join('')
/** Content lines, unfolded (RFC 5545, 3.1). */
const lines = (text: string) => text.replaceAll('\r\n ', '').split('\r\n')

t.test('a contact is an event in UTC at the place of its station', (t) => {
  const found = lines(whole(entry()))
  for (const line of [
    'UID:contact-0001@talos',
    'SEQUENCE:3600',
    'DTSTAMP:20260508T090000Z',
    'DTSTART:20260508T100000Z',
    'DTEND:20260508T101000Z',
    'SUMMARY:ISS (ZARYA) over Delft\\, roof\\; east',
    'LOCATION:Delft\\, roof\\; east',
    'GEO:-52.1;4.3',
    'STATUS:CONFIRMED',
    'TRANSP:TRANSPARENT',
    'URL;VALUE=URI:https://talos.example.org/contacts/contact-0001',
    'X-WR-CALNAME:Talos Main',
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
  ])
    t.ok(found.includes(line), line)
  t.end()
})

t.test('what changes keeps its name and has a higher sequence; what is called off says so', (t) => {
  const before = entry()
  const after = entry({ state: 'cancelled', cause: 'rain', updatedAt: '2026-05-08T09:30:00.000Z' })
  t.equal(after.uid, before.uid)
  t.ok(after.sequence > before.sequence)
  const found = lines(whole(after))
  t.ok(found.includes('STATUS:CANCELLED'))
  t.ok(found.includes('SUMMARY:Cancelled: ISS (ZARYA) over Delft\\, roof\\; east'))
  t.ok(lines(whole(entry({ state: 'proposed' }))).includes('STATUS:TENTATIVE'))
  t.ok(lines(whole(entry({ state: 'missed' }))).includes('STATUS:CONFIRMED'))
  t.end()
})

t.test('a name cannot write lines of its own', (t) => {
  const hostile = 'X\r\nEND:VEVENT\nATTACH:http://evil.example\r'
  const text = whole(entry({ satelliteName: hostile, stationName: hostile, cause: hostile }))
  t.equal(lines(text).filter((line) => line.startsWith('END:VEVENT')).length, 1)
  t.notOk(lines(text).some((line) => line.startsWith('ATTACH')))
  const named = [...calendarParts(hostile, [])].join('')
  t.notOk(lines(named).some((line) => line.startsWith('ATTACH')))
  t.end()
})

t.test('lines are at most 75 octets and end with CRLF, the last one too, in however many parts', (t) => {
  const name = 'Sternwarte Łódź 🛰'.repeat(8)
  const entries = Array.from({ length: 250 }, (_, i) => entry({ id: `contact-${i}`, satelliteName: name }))
  const parts = [...calendarParts('Talos', entries)]
  t.equal(parts.length, 5)
  const text = parts.join('')
  for (const line of text.split('\r\n')) if (Buffer.byteLength(line) > 75) t.fail(line)
  t.ok(text.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'))
  t.ok(text.endsWith('END:VEVENT\r\nEND:VCALENDAR\r\n'))
  t.notMatch(text, /[^\r]\n/)
  t.equal(lines(text).filter((line) => line === 'BEGIN:VEVENT').length, 250)
  t.ok(
    lines(text).some((line) => line.includes(name)),
    'no character is torn',
  )
  t.end()
})
