/**
 * `orgs/:org/contacts`: what is booked, what became of it, and calling it off.
 * @module
 */
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { emptyBody, orgIdParams, orgParams } from '../../shared/api/common.js'
import {
  contactBookRequest,
  contactCancelRequest,
  contactDetailSchema,
  contactSchema,
  contactsQuery,
  contactsResponse,
} from '../../shared/api/contacts.js'
import { orgCallerOf } from '../http/caller.js'
import type { Planning } from '../planning/planning.js'

const tags = ['contacts']
const ONE = '/orgs/:org/contacts/:id'

export function contactRoutes({
  contacts,
  callOff,
  byHand,
}: Pick<Planning, 'contacts' | 'callOff' | 'byHand'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/orgs/:org/contacts',
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'Contacts in order of AOS',
          tags,
          params: orgParams,
          querystring: contactsQuery,
          response: { 200: contactsResponse },
        },
      },
      (request) => contacts.list(request.org.id, request.query),
    )

    app.get(
      ONE,
      {
        config: { permission: 'view_passes' },
        schema: {
          summary: 'One contact with its history and the receipt of its station',
          tags,
          params: orgIdParams,
          response: { 200: contactDetailSchema },
        },
      },
      (request) => contacts.get(request.org.id, request.params.id),
    )

    app.post(
      '/orgs/:org/contacts',
      {
        config: { permission: 'manage_passes', idempotent: true },
        schema: {
          summary: 'Book one pass by hand: it stands, whatever else is worth more',
          tags,
          params: orgParams,
          body: contactBookRequest,
          response: { 201: contactSchema },
        },
      },
      async (request, reply) => reply.code(201).send(await byHand.book(orgCallerOf(request), request.body)),
    )

    for (const [act, summary] of [
      ['fix', 'Let a contact stand, whatever else is worth more'],
      ['unfix', 'Let the schedule move a contact again'],
    ] as const)
      app.post(
        `${ONE}/${act}`,
        {
          config: { permission: 'manage_passes' },
          schema: { summary, tags, params: orgIdParams, body: emptyBody, response: { 200: contactSchema } },
        },
        (request) => byHand[act](orgCallerOf(request), request.params.id),
      )

    app.post(
      `${ONE}/cancel`,
      {
        config: { permission: 'manage_passes' },
        schema: {
          summary: 'Call a contact off, running or not',
          tags,
          params: orgIdParams,
          body: contactCancelRequest,
          response: { 200: contactSchema },
        },
      },
      (request) => callOff.cancel(orgCallerOf(request), request.params.id, request.body.reason),
    )
  }
}
