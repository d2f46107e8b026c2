import t from 'tap'
import { campaignForm, checkCampaign, NEW_CAMPAIGN } from '../../core/dashboard/logic/campaign-form.js'
import { at, ID } from './samples.js'

const good = { ...NEW_CAMPAIGN, name: 'Weather', satellites: [{ id: '25338', name: 'NOAA 15' }] }

t.test('D4: a good form is the body that core takes; stale elements are off unless wished', async (t) => {
  t.same(checkCampaign(good), {
    ok: true,
    body: {
      name: 'Weather',
      priority: 5,
      satellites: ['25338'],
      stations: [],
      minDurationS: 60,
      minMaxElevation: 10,
      ...{ downlinkHz: null, uplinkHz: null, polarisation: null, prepassS: 0, postpassS: 0 },
      ...{ minPerDay: 0, maxPerDay: null, quotaPer: 'campaign', minGapS: 0, simultaneous: null },
      partial: false,
      allowStale: false,
      enabled: true,
    },
  })
})

t.test('D4: priorities beyond 1 to 10 and ids that are none do not pass', async (t) => {
  t.notOk(checkCampaign({ ...good, priority: 11 }).ok)
  t.notOk(checkCampaign({ ...good, satellites: [{ id: '0x1', name: 'x' }] }).ok)
})

t.test('each wrong field is named', async (t) => {
  const checked = checkCampaign({ ...NEW_CAMPAIGN, minDurationS: '', minMaxElevation: 'x', uplinkHz: 'x' })
  t.ok(!checked.ok)
  if (!checked.ok)
    t.same(Object.keys(checked.wrong).sort(), [
      'minDurationS',
      'minMaxElevation',
      'name',
      'satellites',
      'uplinkHz',
    ])
})

t.test('a campaign goes through its form unchanged, with names where they are known', async (t) => {
  const campaign = {
    id: ID,
    name: 'Weather',
    priority: 9,
    satellites: ['25338', '7'],
    stations: [ID],
    minDurationS: 120,
    minMaxElevation: 0,
    allowStale: true,
    enabled: false,
    downlinkHz: 437_800_000,
    uplinkHz: 145_990_000,
    polarisation: 'rhcp' as const,
    prepassS: 30,
    postpassS: 20,
    minPerDay: 2,
    maxPerDay: 6,
    quotaPer: 'satellite' as const,
    minGapS: 0,
    simultaneous: 3,
    partial: true,
    createdAt: at(0),
    createdBy: ID,
  }
  const form = campaignForm(campaign, (id) => (id === '25338' ? 'NOAA 15' : undefined))
  t.same(form.satellites, [
    { id: '25338', name: 'NOAA 15' },
    { id: '7', name: '7' },
  ])
  const { id: _, createdAt: __, createdBy: ___, ...body } = campaign
  t.same(checkCampaign(form), { ok: true, body })
})

t.test('D4: rules that cannot be kept together are named', async (t) => {
  const wrong = (change: Partial<typeof good>) => {
    const checked = checkCampaign({ ...good, ...change })
    return checked.ok ? [] : Object.keys(checked.wrong)
  }
  t.same(wrong({ minPerDay: '5', maxPerDay: '3' }), ['maxPerDay'])
  t.same(wrong({ minGapS: '600', simultaneous: '2' }), ['simultaneous'])
  t.same(wrong({ minGapS: '600', simultaneous: '1', minPerDay: '2', maxPerDay: '2' }), [])
})
