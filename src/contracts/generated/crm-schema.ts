import { contracts, type TableName } from '../all-contracts.ts'
import type { ColumnType } from '../columns.ts'
import { type Contract, columnsOf } from '../contract.ts'
import { deliveredName } from '../text-rules.ts'
import { type GeneratedFile, generatedBy } from './generated-file.ts'

/** Tables that a shop's own database has. */
export const crmTables = [
  'customers',
  'consents',
  'products',
  'product_costs',
  'inventory_days',
  'orders',
  'order_lines',
  'order_discounts',
  'refunds',
  'promotions',
  'messages',
  'marketing_costs',
  'budgets',
  'experiments',
  'vat_rates',
  'fx_rates',
] as const satisfies readonly TableName[]

const types: Record<ColumnType, string> = {
  text: 'text',
  timestamp: 'timestamptz',
  date: 'date',
  money: 'numeric(18,2)',
  decimal: 'numeric(18,6)',
  count: 'bigint',
  flag: 'boolean',
}

/** The demo shop's database: tables of the contracts' columns, where rows really go and every change moves a time. */
export function crmSchema(): GeneratedFile[] {
  const statements = [
    `-- ${generatedBy}`,
    'create schema if not exists crm;',
    `create or replace function crm.touch() returns trigger language plpgsql as $$
begin
  new.updated_at := now();
  return new;
end
$$;`,
    ...crmTables.map((table) => tableOf(contracts[table])),
  ]
  return [{ path: 'docker/postgres/crm.generated.sql', content: `${statements.join('\n\n')}\n` }]
}

function tableOf(contract: Contract): string {
  const { name, description, primaryKey } = contract
  const columns = columnsOf(contract)
    .filter((column) => column.name !== contract.deletedColumn && column.name !== 'updated_at')
    .map(({ name: stored, column, required }) => {
      const isKept = required || primaryKey.includes(stored)
      return `  ${deliveredName(stored, column)} ${types[column.type]}${isKept ? ' not null' : ''}`
    })
  return `create table if not exists crm.${name} (
${columns.join(',\n')},
  updated_at timestamptz not null default now(),
  primary key (${primaryKey.join(', ')})
);
comment on table crm.${name} is '${description.replaceAll("'", "''")}';
create index if not exists ${name}_by_change on crm.${name} (updated_at, ${primaryKey.join(', ')});
create or replace trigger touch before update on crm.${name} for each row execute function crm.touch();`
}
