with published as (
  select rate_date, base_currency, quote_currency, rate
  from {{ ref('stg_finance__fx_rates') }}
  where rate > 0
),

-- Directly quoted, quoted the other way round, or crossed through the currency both are quoted against.
quoted as (
  select rate_date, base_currency as currency, cast(rate as decimal(18, 8)) as rate, 1 as preference
  from published
  where quote_currency = '{{ var("shop_currency") }}'
  union all
  select rate_date, quote_currency, cast({{ divide_exact('1', 'rate', 8) }} as decimal(18, 8)), 2
  from published
  where base_currency = '{{ var("shop_currency") }}'
  union all
  select
    foreign_rate.rate_date,
    foreign_rate.quote_currency,
    cast({{ divide_exact('shop_rate.rate', 'foreign_rate.rate', 8) }} as decimal(18, 8)),
    3
  from published as foreign_rate
  inner join published as shop_rate
    on foreign_rate.rate_date = shop_rate.rate_date and foreign_rate.base_currency = shop_rate.base_currency
  where shop_rate.quote_currency = '{{ var("shop_currency") }}'
),

daily as (
  select currency, rate_date, rate
  from quoted
  where currency <> '{{ var("shop_currency") }}'
  qualify row_number() over (partition by currency, rate_date order by preference, rate) = 1
)

select
  currency,
  rate_date as valid_from,
  least(
    {{ add_days('rate_date', var('fx_max_age_days', 7)) }},
    coalesce(
      {{ add_days('lead(rate_date) over (partition by currency order by rate_date)', -1) }},
      {{ add_days('rate_date', var('fx_max_age_days', 7)) }}
    )
  ) as valid_to,
  rate
from daily
union all
select
  '{{ var("shop_currency") }}',
  cast('0001-01-01' as date),
  cast('9999-12-31' as date),
  cast(1 as decimal(18, 8))
