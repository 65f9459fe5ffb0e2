#!/bin/bash
# PostgreSQL beside our intake and our search, in a cluster of its own on 127.0.0.1 (durable, defaults
# but for shared_buffers).   peer_postgres.sh DATA/penalty1m.csv DATA/lookup_entity.tsv
# COPY, then insert-select into a table with the indexes of our views; no checks, no ledger.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
port=55978
folder=$(mktemp -d /tmp/peer-postgres.XXXXXX)
chmod 755 "$folder"; mkdir "$folder/db"
as() { if [ "$(id -u)" = 0 ]; then chown -R postgres "$folder/db"; su postgres -c "$*"; else bash -c "$*"; fi; }
stop() { as "$bin/pg_ctl -D $folder/db -m fast stop" > /dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
as "$bin/initdb -D $folder/db -U postgres -A trust -E UTF8 --locale=C.UTF-8" > /dev/null
printf "listen_addresses='127.0.0.1'\nport=%s\nunix_socket_directories='%s/db'\nshared_buffers=1GB\nmax_wal_size=4GB\n" $port "$folder" >> "$folder/db/postgresql.conf"
as "$bin/pg_ctl -D $folder/db -l $folder/db/log -w start" > /dev/null
sql() { psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $port -U postgres "$@"; }
now() { date +%s.%N; }
head=$(head -1 "$1" | tr -d '\r')
columns=$(echo "$head" | sed 's/,/ text, /g; s/$/ text/')
sql -c "create unlogged table staged ($columns); create table penalty (seq bigserial primary key, $columns);
  create index on penalty (CF_WSH); create index on penalty (CF_XDR_SHXYM); create index on penalty (CF_JDRQ, seq);
  create index on penalty (CF_CFJGDM, CF_JDRQ, seq); create index on penalty (CF_GSJZQ, seq)"
begin=$(now)
sql -c "\\copy staged from '$1' csv header"
sql -c "insert into penalty ($head) select * from staged"
end=$(now)
rows=$(sql -At -c "select count(*) from penalty")
python3 -c "import json; s=$end-$begin; print('RESULT', json.dumps({'work': 'through', 'peer': 'PostgreSQL $("$bin/postgres" -V | cut -d' ' -f3) COPY + insert-select', 'rows': $rows, 'rows_per_s': round($rows/s), 'total_s': round(s, 2), 'durable': True, 'detail': 'no checks, no ledger'}))"

[ $# -ge 2 ] || exit 0
sql -c "create extension pg_trgm; create table entity (code text primary key, name text not null, grade text, day date)"
sql -c "\\copy entity from '$2'"
sql -c "create index on entity using gin (name gin_trgm_ops); analyze entity"
python3 - "$2" > "$folder/asked.tsv" <<'PY'
import random, sys
names, rnd = [line.split("\t")[1] for line in open(sys.argv[1], encoding="utf-8")], random.Random(5)
for length in (2, 4, 99):
    for _ in range(200):
        name = rnd.choice(names); at = rnd.randrange(max(1, len(name) - length + 1)); print(f"{length}\t{name[at:at + length]}")
PY
sql -At <<SQL > "$folder/times"
create table asked (length int, typed text);
\\copy asked from '$folder/asked.tsv'
create table told (length int, ms float8);
do \$\$ declare a record; t timestamptz; begin
  for a in select * from asked loop
    t := clock_timestamp();
    perform code from entity where name like '%' || a.typed || '%' order by length(name), name limit 20;
    insert into told values (a.length, extract(epoch from clock_timestamp() - t) * 1000);
  end loop; end \$\$;
select case length when 2 then 'two characters' when 4 then 'four characters' else 'whole name' end, round(percentile_disc(0.5) within group (order by ms)::numeric * 1000), round(percentile_disc(0.99) within group (order by ms)::numeric * 1000) from told group by length
  union all select 'all', round(percentile_disc(0.5) within group (order by ms)::numeric * 1000), round(percentile_disc(0.99) within group (order by ms)::numeric * 1000) from told;
SQL
python3 - "$folder/times" <<'PY'
import json, sys
kinds = {kind: {"p50_us": float(p50), "p99_us": float(p99)} for kind, p50, p99 in (line.strip().split("|") for line in open(sys.argv[1]) if line.count("|") == 2)}
print("RESULT", json.dumps({"work": "search", "peer": "PostgreSQL pg_trgm LIKE", "all": kinds.pop("all"), "kinds": kinds, "detail": "no initials"}, ensure_ascii=False))
PY
