/**
 * What the cells of one line of a roster mean. Pure; says what is wrong with each, with its value.
 * @module
 */

import type { z } from 'zod'
import { nameSchema } from '../../shared/api/common.js'
import type { rosterRowSchema } from '../../shared/api/fleet.js'
import { type Site, siteSchema } from '../../shared/messages.js'

export type RosterRow = z.infer<typeof rosterRowSchema>

export const COLUMNS = ['name', 'place', 'lat', 'lon', 'alt', 'recipient'] as const
export type Column = (typeof COLUMNS)[number]

/** The cells of a line by column; what is not there is empty. */
export type Cells = Readonly<Record<Column, string>>

export type Complain = (column: Column, message: string) => void

const MAX_SHOWN = 40

/** A value in a message: short, and on one line. */
export const shown = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, ' ')
  return `«${line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line}»`
}

/** A spreadsheet would run what begins so, as soon as somebody opens a list with it. */
const FORMULA = /^[=+@-]/

function textOf(cells: Cells, column: Column, complain: Complain): string | undefined {
  const text = cells[column].trim()
  if (text === '') return undefined
  if (FORMULA.test(text)) complain(column, `${shown(text)} begins like a formula; begin with a letter`)
  const parsed = nameSchema.safeParse(text)
  if (parsed.success) return parsed.data
  complain(
    column,
    text.length > 80
      ? `${shown(text)} has ${text.length} characters; 80 are the limit`
      : `${shown(text)} ${parsed.error.issues[0]?.message ?? 'does not fit'}`,
  )
  return undefined
}

const NUMBER = /^[+-]?\d{1,5}(?:\.\d{1,15})?$/
const COMMA = /^[+-]?\d{1,5},\d{1,15}$/
const UNITS: Readonly<Record<'lat' | 'lon' | 'alt', { unit: string; field: keyof Site }>> = {
  lat: { unit: 'degrees, north positive, such as 67.857', field: 'lat' },
  lon: { unit: 'degrees, east positive, such as 20.225', field: 'lon' },
  alt: { unit: 'metres above the WGS84 ellipsoid, such as 390', field: 'altM' },
}

function numberOf(cells: Cells, column: 'lat' | 'lon' | 'alt', complain: Complain): number | undefined {
  const text = cells[column].trim()
  const { unit, field } = UNITS[column]
  if (COMMA.test(text)) {
    complain(column, `${shown(text)} has a comma; write ${text.replace(',', '.')}, with a point`)
    return undefined
  }
  if (!NUMBER.test(text)) {
    complain(column, text === '' ? `is empty; give ${unit}` : `${shown(text)} is no number; give ${unit}`)
    return undefined
  }
  const parsed = siteSchema.shape[field].safeParse(Number(text))
  if (parsed.success) return parsed.data
  complain(column, `${shown(text)} is out of range: ${parsed.error.issues[0]?.message}`)
  return undefined
}

/** Where it stands: all three, or none and the agent or a person says it later. */
function siteOf(cells: Cells, complain: Complain): Site | undefined {
  if (`${cells.lat}${cells.lon}${cells.alt}`.trim() === '') return undefined
  const lat = numberOf(cells, 'lat', complain)
  const lon = numberOf(cells, 'lon', complain)
  const altM = numberOf(cells, 'alt', complain)
  return lat === undefined || lon === undefined || altM === undefined ? undefined : { lat, lon, altM }
}

/** The row, as far as it could be read; null without a name. */
export function rowOf(cells: Cells, complain: Complain): RosterRow | null {
  const site = siteOf(cells, complain)
  const place = textOf(cells, 'place', complain)
  const recipient = textOf(cells, 'recipient', complain)
  if (cells.name.trim() === '') complain('name', 'is empty; each line names a station')
  const name = textOf(cells, 'name', complain)
  if (name === undefined) return null
  return {
    name,
    ...(place === undefined ? {} : { place }),
    ...(site === undefined ? {} : { site }),
    ...(recipient === undefined ? {} : { recipient }),
  }
}
