/**
 * `orgs/:org/calendar.ics` and the tables beside the lists: for calendars and spreadsheets.
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { orgParams } from '../../shared/api/common.js'
import { calendarLink, calendarQuery, contactsCsvQuery } from '../../shared/api/exports.js'
import { passesQuery } from '../../shared/api/passes.js'
import type { Parts } from '../planning/exports.js'
import type { Planning } from '../planning/planning.js'

const tags = ['exports']
const CALENDAR = 'text/calendar; charset=utf-8'
const CSV = 'text/csv; charset=utf-8; header=present'

/** Others have a turn after each piece. */
async function whole(parts: Parts): Promise<string> {
  let text = ''
  for (const part of parts) {
    text += part
    await nextTurn()
  }
  return text
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { parts, type, name }: { readonly parts: Parts; readonly type: string; readonly name: string },
): Promise<FastifyReply> {
  const text = await whole(parts)
  return reply
    .type(type)
    .header('content-disposition', `attachment; filename="talos-${request.org.slug}-${name}"`)
    .send(text)
}

export function exportRoutes({ exports }: Pick<Planning, 'exports'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs/:org/calendar.ics',
      {
        // A calendar program knows a user name and a password.
        config: { permission: 'view_passes', basicAuth: true },
        schema: {
          summary: 'Contacts as a calendar (RFC 5545), by HTTP Basic with an API token, too',
          tags,
          produces: ['text/calendar'],
          params: orgParams,
          querystring: calendarQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const parts = await exports.calendar(request.org, request.query)
        return await send(request, reply, { parts, type: CALENDAR, name: 'contacts.ics' })
      },
    )

    app.get(
      '/orgs/:org/calendar',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Where a calendar program subscribes',
          tags,
          params: orgParams,
          response: { 200: calendarLink },
        },
      },
      (request) => ({ url: exports.calendarUrl(request.org) }),
    )

    app.get(
      '/orgs/:org/contacts.csv',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Contacts in order of AOS as a table',
          tags,
          produces: ['text/csv'],
          params: orgParams,
          querystring: contactsCsvQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const parts = await exports.contactTable(request.org, request.query)
        return await send(request, reply, { parts, type: CSV, name: 'contacts.csv' })
      },
    )

    app.get(
      '/orgs/:org/passes.csv',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Passes of the next 24 hours, or of up to 7 days, as a table',
          tags,
          produces: ['text/csv'],
          params: orgParams,
          querystring: passesQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const parts = await exports.passTable(request.org, request.query)
        return await send(request, reply, { parts, type: CSV, name: 'passes.csv' })
      },
    )

    app.get(
      '/orgs/:org/passes.ics',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Passes of the next 24 hours, or of up to 7 days, as a calendar (RFC 5545)',
          tags,
          produces: ['text/calendar'],
          params: orgParams,
          querystring: passesQuery,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const parts = await exports.passCalendar(request.org, request.query)
        return await send(request, reply, { parts, type: CALENDAR, name: 'passes.ics' })
      },
    )

    app.get(
      '/orgs/:org/schedule.csv',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'What the last schedule booked and refused, and why, as a table',
          tags,
          produces: ['text/csv'],
          params: orgParams,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const parts = await exports.scheduleTable(request.org)
        return await send(request, reply, { parts, type: CSV, name: 'schedule.csv' })
      },
    )
  }
}
