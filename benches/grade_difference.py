"""Grades random populations by random scales in four engines and compares every entity.

usage: grade_difference.py CITY [--rounds 3] [--entities 2000] [--seed 1] [--need duckdb,spark,postgres]
CITY: the example `city` of crates/population (cargo build --release -p population --example city).
Engines: ours, DuckDB (PyPI duckdb), Spark (PyPI pyspark and Java 17), PostgreSQL (initdb on PATH or
under /usr/lib/postgresql). An engine that is missing is skipped and said so; one named in --need fails.
Ours reads and writes Parquet; pyarrow and numpy compare. Exit 0: all equal; 1: a difference; 3: a fault.
"""
import argparse, glob, json, os, shutil, subprocess, sys, tempfile


def postgres_programs():
    found = shutil.which("initdb")
    places = [*sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True), *([os.path.dirname(os.path.realpath(found))] if found else [])]
    return next((p for p in places if all(os.path.exists(f"{p}/{name}") for name in ("initdb", "pg_ctl", "postgres", "psql"))), None)


class DuckDb:
    name = "duckdb"

    def __init__(self):
        import duckdb
        self.version, self.connect = duckdb.__version__, duckdb.connect

    def graded(self, folder):
        with self.connect() as db:
            for table in ("fact", "entity"):
                db.execute(f"create view {table} as select * from read_parquet('{folder}/{table}/*.parquet')")
            return db.sql(sql(folder, self.name)).to_arrow_table()

    def close(self):
        pass


class Spark:
    name = "spark"

    def __init__(self):
        if not shutil.which("java"):
            raise RuntimeError("no Java on PATH")
        from pyspark.sql import SparkSession
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        self.session = (SparkSession.builder.master("local[2]").appName("difference")
                        .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false").config("spark.sql.shuffle.partitions", "2")
                        .config("spark.driver.bindAddress", "127.0.0.1").config("spark.log.level", "ERROR").getOrCreate())
        self.version = self.session.version

    def graded(self, folder):
        for table in ("fact", "entity"):
            self.session.read.parquet(f"{folder}/{table}").createOrReplaceTempView(table)
        out = tempfile.mkdtemp(dir=folder)
        self.session.sql(sql(folder, self.name)).write.mode("overwrite").parquet(out)
        import pyarrow.parquet as pq
        return pq.read_table(out)

    def close(self):
        self.session.stop()


class Postgres:
    name = "postgres"

    def __init__(self):
        self.bin = postgres_programs()
        if not self.bin:
            raise RuntimeError("no folder with initdb, pg_ctl, postgres and psql under /usr/lib/postgresql or on PATH")
        self.home = tempfile.mkdtemp(prefix="grade-postgres-")
        self.role = []
        if os.getuid() == 0:
            if not shutil.which("runuser"):
                raise RuntimeError("PostgreSQL does not run as root, and runuser is missing")
            self.role = ["runuser", "-u", "postgres", "--"]
            shutil.chown(self.home, "postgres", "postgres")
        self.run(f"{self.bin}/initdb", "-D", f"{self.home}/data", "-A", "trust", "-U", "grade", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        self.run(f"{self.bin}/pg_ctl", "-D", f"{self.home}/data", "-w", "-l", f"{self.home}/log", "-o",
                 f"-c listen_addresses='' -k {self.home} -c fsync=off", "start")
        self.version = self.run(f"{self.bin}/postgres", "--version").split()[2]

    def run(self, *words, text=None):
        done = subprocess.run([*self.role, *words], input=text, capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{words[0]}: {done.stderr.strip()[-800:]}")
        return done.stdout

    def psql(self, text):
        return self.run(f"{self.bin}/psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", self.home, "-U", "grade", "-d", "postgres", "-f", "-", text=text)

    def graded(self, folder):
        import io, pyarrow.csv as csv, pyarrow.parquet as pq
        stated = open(f"{folder}/stated.txt").read().split()
        own = ", ".join(["entity bigint primary key", "code text", *(f'"{s}" bigint' for s in stated)])
        script = ["drop table if exists fact, entity;",
                  f"create unlogged table entity ({own});",
                  "create unlogged table fact (entity bigint, kind int, class int, amount bigint, day int, known int, gone int, record bigint);"]
        for table in ("entity", "fact"):
            rows = io.BytesIO()
            csv.write_csv(pq.read_table(f"{folder}/{table}"), rows, csv.WriteOptions(include_header=False))
            script += [f"copy {table} from stdin csv;\n" + rows.getvalue().decode() + "\\."]
        self.psql("\n".join(script) + "\n")
        query = sql(folder, self.name).split("\n", 1)[1]
        out = self.psql(f"copy ({query}) to stdout csv header;\n")
        return csv.read_csv(io.BytesIO(out.encode()))

    def close(self):
        self.run(f"{self.bin}/pg_ctl", "-D", f"{self.home}/data", "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)


def sql(folder, dialect):
    return open(f"{folder}/{dialect}.sql").read()


def columns(table):
    """Column name -> numpy array, rows in the order of the entities."""
    import numpy as np
    order = np.argsort(table["entity"].to_numpy())
    return {name: np.asarray(table[name].to_pylist() if name == "code" else table[name].to_numpy())[order] for name in table.column_names}


def differences(ours, theirs):
    import numpy as np
    if list(ours) != list(theirs):
        return [f"columns {list(theirs)} instead of {list(ours)}"]
    if len(ours["entity"]) != len(theirs["entity"]):
        return [f"{len(theirs['entity'])} entities instead of {len(ours['entity'])}"]
    found = []
    for name in ours:
        differs = np.nonzero(ours[name] != theirs[name])[0]
        if len(differs):
            at = differs[0]
            found.append(f"{name}: {len(differs)} entities differ, first {ours['code'][at]}: ours {ours[name][at]}, theirs {theirs[name][at]}")
    return found


def start(need):
    engines, skipped = [], {}
    for kind in (DuckDb, Spark, Postgres):
        try:
            engine = kind()
            print(f"engine {kind.name} {engine.version}", flush=True)
            engines.append(engine)
        except (ImportError, RuntimeError, OSError) as error:
            skipped[kind.name] = str(error)
            print(f"SKIPPED {kind.name}: {error}", flush=True)
            if kind.name in need:
                raise
    return engines, skipped


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("city")
    for name, usual in (("rounds", 3), ("entities", 2000), ("seed", 1)):
        ask.add_argument(f"--{name}", type=int, default=usual)
    ask.add_argument("--need", default="")
    ask = ask.parse_args()
    try:
        import numpy, pyarrow  # noqa: F401
    except ImportError as error:
        print(f"SKIPPED everything: {error}; pip install pyarrow numpy duckdb pyspark")
        return 3 if ask.need else 0
    engines, skipped = start([n for n in ask.need.split(",") if n])
    try:
        return compare(ask, engines, skipped)
    finally:
        for engine in engines:
            engine.close()


def compare(ask, engines, skipped):
    import pyarrow.parquet as pq
    compared = bad = 0
    for seed in range(ask.seed, ask.seed + ask.rounds):
        folder = tempfile.mkdtemp(prefix=f"grade-{seed}-")
        told = subprocess.run([ask.city, "random", "--dir", folder, "--entities", str(ask.entities), "--seed", str(seed)],
                              capture_output=True, text=True, check=True).stdout
        told = json.loads(told.split("RESULT ", 1)[1])
        ours = columns(pq.read_table(f"{folder}/ours"))
        wrong = False
        for engine in engines:
            found = differences(ours, columns(engine.graded(folder)))
            compared += len(ours["entity"])
            for line in found:
                print(f"DIFFERENT seed {seed} {engine.name} {line} ({folder})", flush=True)
            wrong = wrong or bool(found)
        shape = " ".join(f"{k}={told[k]}" for k in ("entities", "indicators", "items", "floors", "grades"))
        print(f"seed {seed}: {'DIFFERENT' if wrong else 'equal'}  {shape}", flush=True)
        bad += wrong
        if not wrong:
            shutil.rmtree(folder)
    print("RESULT", json.dumps({"work": "difference", "engines": ["ours", *(f"{e.name} {e.version}" for e in engines)],
                                "skipped": skipped, "rounds": ask.rounds, "compared": compared, "different_rounds": bad}))
    return 1 if bad or not engines else 0


if __name__ == "__main__":
    sys.exit(main())
