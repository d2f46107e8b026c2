import { useState } from 'preact/hooks'
import { contactSchema } from '../../../shared/api/contacts.js'
import type { PassRecord } from '../../../shared/api/passes.js'
import { useApp, useFleet } from '../app/app-context.js'
import { isOver } from '../logic/contact-status.js'
import { compassPoint, degrees } from '../logic/number-text.js'
import { contactPath, satellitePath, stationPath } from '../logic/route.js'
import { duration, utcDay, utcTime } from '../logic/time-text.js'
import { useAct } from '../parts/act.js'
import { FailureNote } from '../parts/empty.js'
import { Table } from '../parts/table.js'
import { texts } from '../text/texts.js'

const words = texts.passes

/** Books one pass by hand; a click is no accident here, and cancelling is as near. */
function Book({ pass }: { pass: PassRecord }) {
  const { api } = useApp()
  const { org, bus } = useFleet()
  const [booked, setBooked] = useState<string | null>(null)
  const act = useAct()
  const book = async () => {
    const { stationId, satelliteId, tca: at } = pass
    const done = await act.run(async () => {
      const made = await api.create(`orgs/${org}/contacts`, contactSchema, { stationId, satelliteId, at })
      setBooked(made.id)
    })
    if (done) await bus.reload()
  }
  if (booked !== null) return <a href={contactPath(booked)}>{words.booked}</a>
  return (
    <>
      <button type="button" class="button small" disabled={act.busy} onClick={() => void book()}>
        {words.book}
      </button>
      {act.failure !== null && <FailureNote failure={act.failure} />}
    </>
  )
}

function lightText({ light }: PassRecord): string {
  const all = [light.aos, light.tca, light.los].map((l) => words.light[l])
  return all.filter((word, i) => word !== all[i - 1]).join(' → ')
}

function Row({ pass, contactId }: { pass: PassRecord; contactId: string | null }) {
  const { clock, session } = useApp()
  const { bus } = useFleet()
  const aos = Date.parse(pass.aos)
  const station = bus.stations.find(pass.stationId)?.record.value.name ?? pass.stationId
  const isAhead = aos > clock.now()
  return (
    <tr>
      <td>
        <a class="row-link" href={satellitePath(pass.satelliteId)}>
          {pass.satelliteName}
        </a>
      </td>
      <td class="end-narrow">
        <a href={stationPath(pass.stationId)}>{station}</a>
      </td>
      <td class="number">
        {utcDay(aos)} {utcTime(aos)}
        {pass.clippedStart && <span class="sub">{words.already}</span>}
      </td>
      <td class="number end-narrow">
        {duration(pass.durationS)}
        {pass.clippedEnd && <span class="sub">{words.beyond}</span>}
      </td>
      <td class="number">{degrees(pass.maxEl, 0)}</td>
      <td class="number muted only-wide">
        {words.path(
          `${degrees(pass.aosAz, 0)} ${compassPoint(pass.aosAz)}`,
          `${degrees(pass.losAz, 0)} ${compassPoint(pass.losAz)}`,
        )}
      </td>
      <td class="muted only-wide">{lightText(pass)}</td>
      <td class="end">
        {contactId !== null ? (
          <a href={contactPath(contactId)}>{words.booked}</a>
        ) : (
          isAhead && session.can('manage_passes') && <Book pass={pass} />
        )}
      </td>
    </tr>
  )
}

/** Passes in order, each with its contact, or with the means to book it. */
export function PassTable({ passes }: { passes: readonly PassRecord[] }) {
  const { bus } = useFleet()
  const open = [...bus.contacts.all.value.values()].filter((c) => !isOver(c))
  const contactOf = (p: PassRecord) =>
    open.find(
      (c) => c.stationId === p.stationId && c.satelliteId === p.satelliteId && c.aos < p.los && p.aos < c.los,
    )?.id ?? null
  return (
    <Table heads={words.heads} kind="pass-table">
      {passes.map((pass) => (
        <Row
          key={`${pass.stationId} ${pass.satelliteId} ${pass.aos}`}
          pass={pass}
          contactId={contactOf(pass)}
        />
      ))}
    </Table>
  )
}
