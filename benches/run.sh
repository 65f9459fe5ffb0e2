#!/bin/bash
# Runs our works and the peers' alternately on the same data and prints a table.   benches/run.sh [WORK…]
# Works: code csv xlsx through ledger draw search lookup receipt start (all by default).
# PEERS: folder of the peers' scripts. SCRATCH: where everything is made, kept between runs.
# ROUNDS: runs of each (3). ROWS: rows of the big tables (1000000). THROUGH: rows of the table for
# `through`, when all of them take too long. Nothing else should run meanwhile.
# Needs: cargo, python3 with venv, wrk; PostgreSQL for its rows (left out where initdb is missing).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peers=${PEERS:-$root/../shared/peers}
scratch=${SCRATCH:-${TMPDIR:-/tmp}/chengheng-bench}
rounds=${ROUNDS:-3}
rows=${ROWS:-1000000}
through=${THROUGH:-$rows}
table=penalty$through
works=${*:-code csv xlsx through ledger draw search lookup receipt start}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
bench=$CARGO_TARGET_DIR/release/bench
server=$CARGO_TARGET_DIR/release/chengheng
data=$scratch/data
out=$scratch/run.jsonl

wants() { for work in $works; do case " $* " in *" $work "*) return 0 ;; esac; done; return 1; }
say() { printf '\n== %s\n' "$*" >&2; }
# Keeps the RESULT lines of a command; a command that fails ends the run.
keep() { local who=$1 name=$2; shift 2
  "$@" | tee /dev/stderr | sed -n 's/^RESULT //p' | while read -r line; do
    case $line in {*) ;; *) line=$(printf '{"peer": "%s", "text": "%s"}' "${line%%:*}" "${line#*: }") ;; esac
    printf '{"who": "%s", "name": "%s", "result": %s}\n' "$who" "$name" "$line"
  done >> "$out"; }
ours() { local work=$1; shift; (cd "$root" && keep ours "$work" "$bench" "$@"); }
peer() { local work=$1; shift; (cd "$scratch" && keep peer "$work" "$@"); }
fresh() { rm -rf "$scratch/folder"; mkdir -p "$scratch/folder"; }

make_venv() { local name=$1; shift
  [ -x "$scratch/$name/bin/python" ] || python3 -m venv "$scratch/$name"
  "$scratch/$name/bin/pip" -q install "$@"; }

prepare() {
  mkdir -p "$data" "$scratch/results"
  for name in "$peers"/*; do
    [ -e "$scratch/$(basename "$name")" ] || { cp -r "$name" "$scratch/"; chmod -R u+w "$scratch/$(basename "$name")"; }
  done
  (cd "$root" && cargo build --release -p benches)
  # Links nothing of the benches, so that the server is the one that is handed out.
  if wants lookup receipt start; then (cd "$root" && cargo build --release -p chengheng); fi
  make_venv venv-intake polars pandera pandas python-calamine fastexcel xlsxwriter
  make_venv venv-match python-stdnum pymerkle
  if wants draw; then make_venv venv-draw numpy; fi
  local py=$scratch/venv-intake/bin/python
  cd "$scratch"
  [ -f data/intake1m.csv ] || "$py" gen_intake.py "$rows" data/intake1m
  [ -f data/intake100k.xlsx ] || "$py" gen_intake.py 100000 data/intake100k --xlsx
  [ -f "data/$table.csv" ] || PYTHONPATH=. "$py" "$root/benches/penalty_2018.py" "$through" "data/$table"
  [ -f data/lookup_entity.tsv ] || "$py" serve/gen_lookup.py "$rows"
  [ -f data/codes.txt ] || { cut -d, -f3 data/intake1m.csv | tail -n +2 | tr -d '\r' > data/codes.txt; }
  if wants ledger && [ ! -x log/target/release/merkle_bench ]; then
    mkdir -p log/src && cp "$root/benches/peers.toml" log/Cargo.toml && cp rust/src/bin/merkle_bench.rs log/src/
    (cd log && CARGO_TARGET_DIR=$scratch/log/target cargo build --release)
  fi
  if wants search lookup receipt start && [ ! -f city/chengheng.db ]; then
    local shown=$((rows / 20))
    awk -v every=20 'NR % every == 1' data/lookup_entity.tsv > data/shown.tsv
    PYTHONPATH=. "$py" "$root/benches/penalty_2018.py" "$shown" data/shown --codes data/shown.tsv
    { echo '统一社会信用代码,企业名称'; cut -f1,2 --output-delimiter=, data/lookup_entity.tsv; } > data/lookup_entity.csv
    rm -rf city
    ours city city --folder "$scratch/city" --entities "$data/lookup_entity.csv" --file "$data/shown"
  fi
}

measure() {
  local py=$scratch/venv-intake/bin/python round
  for round in $(seq "$rounds"); do
    say "round $round"
    if wants code; then
      peer code "$scratch/venv-match/bin/python" "$root/benches/peer_code.py" data/codes.txt
      ours code code --file "$data/codes.txt"
    fi
    if wants csv; then
      peer csv "$py" intake/peer_pandera.py pandas data/intake1m
      peer csv "$py" intake/peer_frames.py polars data/intake1m
      ours csv csv --file "$data/intake1m.csv" --errors "$data/intake1m.errors.json" --findings "$scratch/findings.tsv"
    fi
    if wants xlsx; then
      peer xlsx "$py" intake/peer_frames.py polars-xlsx data/intake100k
      ours xlsx xlsx --file "$data/intake100k.xlsx" --errors "$data/intake100k.errors.json" --findings "$scratch/findings.tsv"
    fi
    if wants through; then
      peer through "$py" "$root/benches/peer_through.py" sqlite "data/$table.csv" "$scratch/peer.db"; rm -f "$scratch"/peer.db*
      if ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; then peer through "$root/benches/peer_postgres.sh" "$data/$table.csv"; fi
      for suite in sm sha; do fresh; ours through through --file "$data/$table" --folder "$scratch/folder" --suite $suite; done; fresh
    fi
    if wants ledger; then
      peer ledger log/target/release/merkle_bench "$rows"
      [ "$round" != 1 ] || peer ledger "$scratch/venv-match/bin/python" tlog/peer_pymerkle.py sqlite 100000
      for suite in sm sha; do fresh; ours ledger ledger --folder "$scratch/folder" --suite $suite --rows "$rows"; done; fresh
    fi
    if wants draw; then
      peer draw "$scratch/venv-draw/bin/python" draw/peer_draw.py numpy 10000 600
      for suite in sm sha; do ours draw draw --suite $suite; done
    fi
    if wants search; then
      if [ "$round" = 1 ] && ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1; then
        head -1001 "$data/$table.csv" > "$data/penalty1k.csv"
        peer search "$root/benches/peer_postgres.sh" "$data/penalty1k.csv" "$data/lookup_entity.tsv"
      fi
      ours search search --folder "$scratch/city" --names "$data/lookup_entity.tsv"
    fi
  done
  local serve=(--server "$server" --folder "$scratch/city" --codes "$data/lookup_codes.txt" --rounds "$rounds")
  # Receipts are written into the folder, so they come last.
  if wants start; then say start; ours start start "${serve[@]}"; fi
  if wants lookup; then say lookup; ours lookup lookup "${serve[@]}"; fi
  if wants receipt; then say receipt; ours screen screen --folder "$scratch/city" --codes "$data/lookup_codes.txt"; ours receipt receipt "${serve[@]}" --organ "$(head -1 "$data/shown.organs.tsv" | cut -f1)"; fi
}

prepare
: > "$out"
measure
python3 "$root/benches/table.py" "$out"
