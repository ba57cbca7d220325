-- One row per line: address, time, request, status, referrer and user agent, or no parts where it is malformed.
with lines as (
  select
    _record,
    line,
    regexp_extract(
      line,
      '^(\S+) \S+ \S+ \[([^\]]+)\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) (?:[0-9]+|-) "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"',
      ['ip', 'time', 'request', 'status', 'referrer', 'user_agent']
    ) as part
  from input
)
select
  _record,
  line,
  part,
  regexp_extract(part.request, '^([A-Z]+) (\S+)', ['method', 'address']) as request
from lines
