import t from 'tap'
import {
  age,
  ago,
  countdown,
  duration,
  localOffset,
  span,
  utcDate,
  utcDay,
  utcMinute,
  utcMoment,
  utcTime,
  wholeMinutes,
  zoneName,
} from '../../core/dashboard/logic/time-text.js'
import { NOON } from './samples.js'

t.test('times are UTC, whatever the zone of the browser', async (t) => {
  t.equal(utcTime(NOON), '12:00:00')
  t.equal(utcMinute(NOON), '12:00')
  t.equal(utcDate(NOON), '2026-11-22')
  t.equal(utcDay(NOON), '22 Nov')
})

t.test('a moment of another day carries its day', async (t) => {
  t.equal(utcMoment(NOON, NOON + 1000), '12:00:00')
  t.equal(utcMoment(NOON, NOON + 86_400_000), '22 Nov 12:00:00')
})

t.test('spans use as few units as they need', async (t) => {
  t.equal(span(42_000), '0:42')
  t.equal(span(725_000), '12:05')
  t.equal(span(11_045_000), '3:04:05')
  t.equal(span(2 * 86_400_000 + 11_045_000), '2 d 03:04')
})

t.test('a countdown reaches zero at the very second', async (t) => {
  t.equal(countdown(NOON, NOON - 60_000), 'T-1:00')
  t.equal(countdown(NOON, NOON - 1), 'T-0:01')
  t.equal(countdown(NOON, NOON), 'T+0:00')
  t.equal(countdown(NOON, NOON + 61_000), 'T+1:01')
})

t.test('ages have one unit', async (t) => {
  t.same([0, 1499, 1500, 59_999, 60_000, 3_600_000, 47 * 3_600_000, 48 * 3_600_000].map(age), [
    'now',
    'now',
    '1 s',
    '59 s',
    '1 min',
    '1 h',
    '47 h',
    '2 d',
  ])
})

t.test('durations read as words', async (t) => {
  t.same([42, 60, 500, 7500].map(duration), ['42 s', '1 min', '8 min 20 s', '2 h 05 min'])
})

t.test('what has just been is not «now ago»', async (t) => {
  t.equal(ago(0), 'just now')
  t.equal(ago(90_000), '1 min ago')
})

t.test('a time zone is named by its distance from UTC', async (t) => {
  t.equal(zoneName(0), 'UTC')
  t.equal(zoneName(3_600_000), 'UTC+1')
  t.equal(zoneName(-12_600_000), 'UTC−3:30')
  t.equal(zoneName(20_700_000), 'UTC+5:45')
  t.equal(localOffset(0), -new Date(0).getTimezoneOffset() * 60_000)
})

t.test('what is read aloud counts in minutes, and ends with one', async (t) => {
  t.equal(wholeMinutes(300_000), '5 min')
  t.equal(wholeMinutes(240_001), '5 min')
  t.equal(wholeMinutes(1), '1 min')
})
