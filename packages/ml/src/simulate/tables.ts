// How a made-up user's month is written: the text of each column of the six StreamFlow tables.
import { type Activity, SESSION_MINUTES } from './activity.ts'
import type { Profile } from './profile.ts'

/** All that the tables tell of one user in one month. */
export interface UserMonth {
  readonly user: Profile
  readonly activity: Activity
  readonly churned: boolean
  /** First month's as_of, YYYY-MM-DD. */
  readonly start: string
}

/** The CSV text of a column; none of these texts needs quoting. */
export type Writer = (row: UserMonth) => string

const flag = (value: boolean | null) => (value === null ? '' : value ? 'True' : 'False')
const user_id: Writer = ({ user }) => user.id

/** The columns that can be made, by table. */
export const writers: Readonly<Record<string, Readonly<Record<string, Writer>>>> = {
  users: {
    user_id,
    signup_date: ({ user, start }) => monthsBefore(start, user.monthsActive),
    user_gender: ({ user }) => user.gender,
    user_is_senior: ({ user }) => flag(user.isSenior),
    has_family: ({ user }) => flag(user.hasFamily),
    has_dependents: ({ user }) => flag(user.hasDependents),
  },
  subscriptions: {
    user_id,
    months_active: ({ user }) => String(user.monthsActive),
    plan_stream_tv: ({ user }) => flag(user.streamTv),
    plan_stream_movies: ({ user }) => flag(user.streamMovies),
    contract_type: ({ user }) => user.contract,
    paperless_billing: ({ user }) => flag(user.paperless),
    monthly_fee: ({ user }) => String(user.monthlyFee),
    total_paid: ({ user }) => (user.totalPaid === null ? '' : String(user.totalPaid)),
    net_service: ({ user }) => user.netService,
  },
  usage_agg_30d: {
    user_id,
    watch_hours_30d: ({ activity }) => String(activity.watchHours),
    avg_session_mins_7d: () => String(SESSION_MINUTES),
    unique_devices_30d: ({ user }) => String(user.devices),
    skips_7d: ({ user }) => String(user.skips),
    rebuffer_events_7d: ({ activity }) => String(activity.rebuffers),
  },
  payments_agg_90d: {
    user_id,
    failed_payments_90d: ({ activity }) => String(activity.failedPayments),
  },
  support_agg_90d: {
    user_id,
    support_tickets_90d: ({ activity }) => String(activity.tickets),
    ticket_avg_resolution_hrs_90d: ({ user }) => String(user.resolutionHours),
  },
  labels: { user_id, churn_label: ({ churned }) => flag(churned) },
}

function monthsBefore(date: string, months: number): string {
  const days = Math.round(months * 30.4375)
  return new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)
}
