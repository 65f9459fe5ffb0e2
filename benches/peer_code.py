"""python-stdnum on the same codes, one core.   peer_code.py FILE"""
import json, sys, time
from importlib.metadata import version
from stdnum.cn import uscc

codes = open(sys.argv[1], encoding="utf-8").read().split("\n")[:-1]
begin = time.perf_counter()
valid = sum(uscc.is_valid(code) for code in codes)
wall = time.perf_counter() - begin
print("RESULT", json.dumps({"work": "code", "peer": f"python-stdnum {version('python-stdnum')}", "n": len(codes), "valid": valid, "per_s": round(len(codes) / wall)}))
