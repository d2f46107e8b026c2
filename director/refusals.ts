/**
 * Tells for each opportunity that is not chosen by which rule, and which contacts stand in its way.
 * @module
 */
import type { Opportunity } from './opportunities.js'
import { taskAt } from './optimise/problem.js'
import type { Refusal } from './optimise/refusals.js'
import type { Beater, RefusedOpportunity } from './refused.js'
import type { Booking, Candidate, Framed } from './schedule-problem.js'

const beaterOf = ({ o, worth }: Candidate): Beater => ({
  stationId: o.antenna.station.id,
  satelliteId: o.record.id,
  satelliteName: o.record.name,
  priority: o.campaign.priority,
  worth,
  aosMs: o.pass.aos,
  losMs: o.pass.los,
})

type Why = Pick<RefusedOpportunity, 'rule' | 'reason'> &
  Partial<Pick<RefusedOpportunity, 'limit' | 'beatenBy'>>

export const refused = (
  o: Opportunity,
  worth: number,
  { rule, reason, limit = null, beatenBy = [] }: Why,
): RefusedOpportunity => ({
  ...{ stationId: o.antenna.station.id, satelliteId: o.record.id, aosMs: o.pass.aos, losMs: o.pass.los },
  ...{ worth, rule, limit, reason, beatenBy },
})

type Explain = (refusal: Refusal) => RefusedOpportunity[]

/**
 * Explains refusals of whole passes.
 * @param chosen indices of the chosen candidates
 */
export function explainer(
  candidates: readonly Candidate[],
  standing: readonly Booking[],
  framed: Framed,
  chosen: readonly number[],
): Explain {
  const byQuota = new Map<number, number[]>()
  for (const i of [...chosen, ...standing.map((_, k) => candidates.length + k)]) {
    const quota = taskAt(framed.problem, i)?.quota ?? -1
    const list = byQuota.get(quota)
    if (list === undefined) byQuota.set(quota, [i])
    else list.push(i)
  }
  return (refusal) => {
    const candidate = candidates[refusal.task]
    return candidate === undefined ? [] : [explain(refusal, candidate, candidates, standing, framed, byQuota)]
  }
}

function explain(
  refusal: Refusal,
  { o, worth }: Candidate,
  candidates: readonly Candidate[],
  standing: readonly Booking[],
  { quotas }: Framed,
  byQuota: ReadonlyMap<number, readonly number[]>,
): RefusedOpportunity {
  const beaters = (indices: readonly number[]) =>
    indices.flatMap((i) => {
      const rival = candidates[i]
      return rival === undefined ? (standing[i - candidates.length] ?? []) : beaterOf(rival)
    })
  const antenna = beaters(refusal.antenna)
  if (antenna.length > 0)
    return refused(o, worth, {
      rule: 'antenna',
      reason: `the antenna follows ${named(antenna)} then`,
      beatenBy: antenna,
    })
  if (refusal.satellite.length > 0) {
    const beatenBy = beaters(refusal.satellite)
    const { minGapS, simultaneous } = o.campaign
    return minGapS > 0
      ? refused(o, worth, {
          rule: 'gap',
          limit: minGapS,
          reason: `the campaign wants ${minGapS} s between two contacts of a satellite`,
          beatenBy,
        })
      : refused(o, worth, {
          rule: 'simultaneous',
          limit: simultaneous,
          reason: `${simultaneous} at once may follow it, and so many do`,
          beatenBy,
        })
  }
  const quota = refusal.quota === null ? undefined : quotas.at(refusal.quota)
  if (quota === undefined) throw new Error(`nothing stands in the way of task ${refusal.task}`)
  const { campaign, satelliteId, day } = quota
  return refused(o, worth, {
    rule: 'quota',
    limit: campaign.maxPerDay,
    reason: `the campaign wants at most ${campaign.maxPerDay} contacts ${satelliteId === null ? '' : 'of a satellite '}on ${day}, and has them`,
    beatenBy: beaters(byQuota.get(refusal.quota ?? -1) ?? []),
  })
}

const named = (beaters: readonly Beater[]): string =>
  beaters.map((b) => `${b.satelliteName} (priority ${b.priority})`).join(' and ')
