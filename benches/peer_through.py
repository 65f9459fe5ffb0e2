"""The same rows into a bare table with the indexes of our views: no checks, no resolving, no ledger.   peer_through.py sqlite FILE DATABASE

Durable: WAL, synchronous=FULL, one commit each 4,000 rows, as ours.
"""
import csv, itertools, json, os, resource, sqlite3, sys, time

how, path, target = sys.argv[1:4]
KEYS = ["CF_WSH", "CF_XDR_SHXYM", "CF_JDRQ", "CF_CFJGDM", "CF_GSJZQ"]
reader = csv.reader(open(path, newline="", encoding="utf-8"))
head = next(reader)
if os.path.exists(target): os.remove(target)
begin = time.perf_counter()
base = sqlite3.connect(target, isolation_level=None)
for pragma in ("page_size = 8192", "journal_mode = wal", "synchronous = full", "cache_size = -65536", "wal_autocheckpoint = 8000"): base.execute("pragma " + pragma)
base.execute("create table penalty (seq integer primary key, %s)" % ", ".join(name + " text" for name in head))
for sql in ("index docket on penalty (CF_WSH)", "index entity on penalty (CF_XDR_SHXYM)", "index act on penalty (CF_JDRQ, seq)",
            "index organ on penalty (CF_CFJGDM, CF_JDRQ, seq)", "index hidden on penalty (CF_GSJZQ, seq)"): base.execute("create " + sql)
insert = "insert into penalty (%s) values (%s)" % (", ".join(head), ", ".join("?" * len(head)))
rows = 0
while block := list(itertools.islice(reader, 4000)):
    base.execute("begin immediate"); base.executemany(insert, block); base.execute("commit"); rows += len(block)
wall = time.perf_counter() - begin
size = sum(os.path.getsize(target + end) for end in ("", "-wal") if os.path.exists(target + end))
print("RESULT", json.dumps({"work": "through", "peer": f"python sqlite3 {sqlite3.sqlite_version} executemany", "rows": rows, "rows_per_s": round(rows / wall), "total_s": round(wall, 2),
      "durable": True, "database_mb": size >> 20, "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "detail": "no checks, no ledger"}))
