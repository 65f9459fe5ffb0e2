"""DuckDB grades the population that `city make` wrote, by the SQL that `city sql` printed.

usage: grade_duckdb.py SQL-FILE [--threads 2] [--digest] [--memory 4GB]
Timed is one query that grades everybody and sums scores and grades up inside DuckDB; the answers do not
leave it. With --digest the answers are fetched instead and the digest of population::Summary is computed.
"""
import argparse, hashlib, json, os, resource, time
import duckdb


def digest(answer):
    """SHA-256 over code, score, grade of each entity by code; then over the shards in their order."""
    import numpy as np
    rows = answer.to_arrow_table()
    codes = np.asarray(rows["code"].to_pylist(), dtype="S18")
    shard = rows["entity"].to_numpy() >> 40
    told = np.empty(len(codes), dtype=[("code", "S18"), ("score", "<i4"), ("grade", "u1")])
    told["code"], told["score"], told["grade"] = codes, rows["score"].to_numpy(), rows["grade"].to_numpy()
    order = np.lexsort((codes, shard))
    told, shard = told[order], shard[order]
    whole = hashlib.sha256()
    for number in range(shard.max() + 1):
        whole.update(hashlib.sha256(told[shard == number].tobytes()).digest())
    return whole.hexdigest()


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("sql")
    ask.add_argument("--threads", type=int, default=2)
    ask.add_argument("--memory")
    ask.add_argument("--digest", action="store_true")
    ask = ask.parse_args()
    query = open(ask.sql).read()
    db = duckdb.connect()
    db.execute(f"set threads to {ask.threads}")
    if ask.memory:
        db.execute(f"set memory_limit = '{ask.memory}'")
    row = {"work": "grade", "peer": f"DuckDB {duckdb.__version__}", "threads": ask.threads}
    if ask.digest:
        row["digest"] = digest(db.sql(f"select entity, code, score, grade from ({query}) graded"))
        print("RESULT", json.dumps(row))
        return
    clock, spent = time.perf_counter(), os.times()
    grades = db.sql(f"select grade, count(*), sum(score) from ({query}) graded group by grade order by grade").fetchall()
    seconds, after = time.perf_counter() - clock, os.times()
    entities = sum(many for _, many, _ in grades)
    row |= {"seconds": round(seconds, 3), "processor_s": round(after.user + after.system - spent.user - spent.system, 2),
            "entities": entities, "entities_per_s": round(entities / seconds), "grades": [many for _, many, _ in grades],
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}
    print("RESULT", json.dumps(row))


main()
