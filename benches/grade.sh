#!/bin/bash
# Grades invented populations beside DuckDB, and ready indicators beside openfisca-core, alternately on the same
# data.   benches/grade.sh [ENTITIES…]   (1000000 by default; 14000000 takes 5 GB of disk)
# PEERS: folder of the peers' scripts. SCRATCH: where everything is made, kept between runs. ROUNDS: runs of each (3).
# Needs: cargo, python3 with venv. Ours and DuckDB must come to one digest, ours and openfisca to one checksum.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peers=${PEERS:-$root/../shared/peers}
scratch=${SCRATCH:-${TMPDIR:-/tmp}/chengheng-bench}
rounds=${ROUNDS:-3}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
city=$CARGO_TARGET_DIR/release/examples/city
python=$scratch/venv-grade/bin/python
mkdir -p "$scratch/data" "$scratch/results" "$scratch/rules"
(cd "$root" && cargo build --release -p population --example city)
[ -x "$python" ] || python3 -m venv "$scratch/venv-grade"
"$python" -m pip -q install duckdb pyarrow numpy openfisca-core
cp -n "$peers/common.py" "$scratch/" || true
cp -n "$peers"/rules/*.py "$scratch/rules/" || true
cd "$scratch"
[ -f data/entities.i32 ] || "$python" -c "
import numpy as np; from rules import spec
np.stack([column.astype('<i4') for column in (lambda d: [d[c] for c in spec.COLS])(spec.generate(1_000_000))]).tofile('data/entities.i32')"
same() { [ "$1" = "$2" ] || { echo "different: $1 and $2" >&2; exit 1; }; }
found() { sed -n "s/.*\"$1\": *\"\{0,1\}\([0-9a-f]*\).*/\1/p" "$2" | sort -u; }
for entities in "${@:-1000000}"; do
  folder=$scratch/population$entities
  [ -d "$folder" ] || "$city" make --dir "$folder" --entities "$entities" --shards $((entities > 4000000 ? 64 : 16))
  "$city" sql --dir "$folder" > "$folder.sql"
  for _ in $(seq "$rounds"); do
    "$city" run --dir "$folder" --threads "$(nproc)" | tee ours.txt
    "$python" "$root/benches/grade_duckdb.py" "$folder.sql" --threads "$(nproc)"
  done
  "$python" "$root/benches/grade_duckdb.py" "$folder.sql" --digest | tee theirs.txt
  same "$(found digest ours.txt)" "$(found digest theirs.txt)"
done
for _ in $(seq "$rounds"); do
  "$city" columns --file data/entities.i32 --threads "$(nproc)" --rounds 9 | tee ours.txt
  "$python" rules/peer_openfisca.py 1000000 | tee theirs.txt
  same "$(found checksum ours.txt)" "$(found checksum theirs.txt)"
done
"$city" one
