// What the damages change in the two data sets that ship as definitions.
import type { Places } from './damages.ts'

export const STREAMFLOW: Places = {
  key: 'user_id',
  label: ['labels', 'churn_label'],
  fee: ['subscriptions', 'monthly_fee'],
  figure: ['usage_agg_30d', 'watch_hours_30d'],
  flag: ['users', 'has_family'],
  level: ['subscriptions', 'contract_type', 'One year', 'Month-to-month'],
  segment: ['subscriptions', 'net_service', 'Fiber optic'],
  nullable: ['subscriptions', 'total_paid'],
  swaps: [
    ['usage_agg_30d', 'skips_7d', 'rebuffer_events_7d'],
    ['usage_agg_30d', 'watch_hours_30d', 'avg_session_mins_7d'],
    ['users', 'has_family', 'has_dependents'],
    ['users', 'user_is_senior', 'has_dependents'],
    ['subscriptions', 'plan_stream_tv', 'plan_stream_movies'],
    ['subscriptions', 'monthly_fee', 'total_paid'],
    ['support_agg_90d', 'support_tickets_90d', 'ticket_avg_resolution_hrs_90d'],
  ],
  constants: [
    ['subscriptions', 'monthly_fee'],
    ['usage_agg_30d', 'watch_hours_30d'],
    ['usage_agg_30d', 'rebuffer_events_7d'],
    ['payments_agg_90d', 'failed_payments_90d'],
    ['users', 'user_is_senior'],
    ['subscriptions', 'contract_type'],
  ],
  opposite: { True: 'False', False: 'True' },
  halves: ['users', 'subscriptions', 'usage_agg_30d', 'payments_agg_90d', 'support_agg_90d'],
}

export const TELCO: Places = {
  key: 'customerID',
  label: ['customers', 'Churn'],
  fee: ['customers', 'MonthlyCharges'],
  figure: ['customers', 'TotalCharges'],
  flag: ['customers', 'Partner'],
  level: ['customers', 'Contract', 'One year', 'Month-to-month'],
  segment: ['customers', 'InternetService', 'Fiber optic'],
  nullable: ['customers', 'TotalCharges'],
  swaps: [
    ['customers', 'MonthlyCharges', 'TotalCharges'],
    ['customers', 'tenure', 'SeniorCitizen'],
    ['customers', 'Partner', 'PaperlessBilling'],
    ['customers', 'Partner', 'Dependents'],
    ['customers', 'OnlineBackup', 'DeviceProtection'],
    ['customers', 'StreamingTV', 'StreamingMovies'],
  ],
  constants: [
    ['customers', 'MonthlyCharges'],
    ['customers', 'Contract'],
    ['customers', 'PhoneService'],
    ['customers', 'SeniorCitizen'],
  ],
  opposite: { Yes: 'No', No: 'Yes' },
  halves: ['customers'],
}
