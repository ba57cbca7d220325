{# True for the member states of the EU, whose consumers pay their own country's VAT. Monaco counts as France. #}
{% macro is_eu_country(country) -%}
{{ country }} in (
  'AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU', 'LV',
  'MC', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK', 'GP', 'MQ', 'GF', 'RE', 'YT'
)
{%- endmacro %}

{#
  Territory whose VAT rates hold for an address. Corsica and the overseas departments have their own rows in
  `vat_rates` (FR-2A, FR-2B, FR-971 … FR-976) and never fall back on the mainland's.
#}
{% macro vat_territory(country, region, postal_prefix) -%}
case
  when {{ country }} = 'GP' then 'FR-971'
  when {{ country }} = 'MQ' then 'FR-972'
  when {{ country }} = 'GF' then 'FR-973'
  when {{ country }} = 'RE' then 'FR-974'
  when {{ country }} = 'YT' then 'FR-976'
  when {{ country }} = 'MC' then 'FR'
  when {{ country }} <> 'FR' then {{ country }}
  when lower({{ region }}) in ('fr-2a', '2a', 'corse-du-sud') then 'FR-2A'
  when lower({{ region }}) in ('fr-2b', '2b', 'haute-corse', 'fr-20r', 'fr-cor', 'corse', 'corsica') then 'FR-2B'
  when lower({{ region }}) in ('fr-971', 'fr-gua', 'fr-gp', '971', 'guadeloupe') then 'FR-971'
  when lower({{ region }}) in ('fr-972', 'fr-mq', '972', 'martinique') then 'FR-972'
  when lower({{ region }}) in ('fr-973', 'fr-gf', '973', 'guyane', 'french guiana') then 'FR-973'
  when lower({{ region }}) in ('fr-974', 'fr-lre', 'fr-re', '974', 'la réunion', 'réunion', 'la reunion', 'reunion') then 'FR-974'
  when lower({{ region }}) in ('fr-976', 'fr-may', 'fr-yt', '976', 'mayotte') then 'FR-976'
  when {{ postal_prefix }} like '97%' then 'FR-' || substring({{ postal_prefix }}, 1, 3)
  when {{ postal_prefix }} like '200%' or {{ postal_prefix }} like '201%' then 'FR-2A'
  when {{ postal_prefix }} like '20%' then 'FR-2B'
  else {{ country }}
end
{%- endmacro %}
