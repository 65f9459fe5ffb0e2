#!/usr/bin/env python3
"""Medians of a run as a table.   table.py run.jsonl"""
import collections, json, statistics, sys

runs = collections.defaultdict(list)
for line in open(sys.argv[1], encoding="utf-8"):
    row = json.loads(line); result = row["result"]
    if isinstance(result, dict):
        who = "chengheng" if row["who"] == "ours" else f"{result.get('peer', '?')} {result.get('version', '')}".strip()
        runs[row["name"], who, result.get("suite", "")].append(result)


def spread(results, key):
    values = [result[key] for result in results if key in result]
    return (statistics.median(values), min(values), max(values)) if values else None


def told(results):
    """The figure of a row, its unit, and what else a reader must know."""
    one, parts = results[len(results) // 2], []
    for key, unit in (("rows_per_s", "rows/s"), ("per_s", "/s"), ("appends_per_s", "/s"), ("receipts_per_s", "/s"), ("first_answer_s", "s")):
        if found := spread(results, key):
            middle, low, high = found
            parts.append((f"{middle:,.2f} {unit}" if unit == "s" else f"{middle:,.0f} {unit}") + (f" ({low:,.0f}–{high:,.0f})" if len(results) > 1 and unit != "s" else ""))
            break
    if "text" in one: parts.append(one["text"])
    if "lookup" in one: parts.append(f"{one['lookup']['per_s']:,.0f}/s, p99 {one['lookup']['p99_us'] / 1000:.2f} ms; bare {one['bare']['per_s']:,.0f}/s = {one['share_of_bare']:.0%}")
    if "receipt" in one and isinstance(one["receipt"], dict): parts.append(f"{one['receipt']['per_s']:,.0f}/s, p99 {one['receipt']['p99_us'] / 1000:.2f} ms")
    if "assign_s" in one: parts.append(f"{(one['stage1_s'] + one['assign_s']) * 1000:.0f} ms, load {one['load_min']}–{one['load_max']}")
    if "objects_ms" in one: parts.append(f"{one['ms']:.1f} ms, spread of loads {one['spread']}")
    if "latency" in one: parts.append(f"p99 {one['latency']['p99_us'] / 1000:.2f} ms, {one['callers']} callers")
    if "all" in one: parts.append("p50 %.2f ms, p99 %.2f ms" % tuple(statistics.median(r["all"][k] for r in results) / 1000 for k in ("p50_us", "p99_us")))
    if "kinds" in one: parts.append("p99: " + ", ".join(f"{kind} {spread['p99_us'] / 1000:.2f}" for kind, spread in one["kinds"].items()))
    if "prove" in one: parts.append(f"proof p50 {one['prove']['p50_us']:.1f} µs, verify p50 {one['verify']['p50_us']:.1f} µs")
    if "accepted" in one: parts.append(f"{one['accepted']:,} accepted, {one['rejected']:,} rejected, {one['entries']:,} entries, {one['database_mb']} MB" if "entries" in one else f"{one['accepted']:,} accepted")
    if "server" in one: parts.append(f"server {one['server']['peak_mb']:.0f} MB peak")
    elif found := spread(results, "peak_rss_mb"): parts.append(f"{found[0]:.0f} MB peak")
    if one.get("same_as_reference") is False or one.get("ref_bad", one.get("bad_rows")) != one.get("bad_rows"): parts.append("OTHER ANSWER")
    return parts


def figure(results):
    found = spread(results, "rows_per_s") or spread(results, "per_s") or spread(results, "appends_per_s")
    return found[0] if found else None


print("| work | who | median of runs | beside ours |\n|---|---|---|---|")
names = list(dict.fromkeys(name for name, _, _ in runs))
for name in names:
    group = {key: results for key, results in runs.items() if key[0] == name}
    mine = next((figure(results) for key, results in group.items() if key[1] == "chengheng"), None)
    for (_, who, suite), results in group.items():
        other = figure(results) if who != "chengheng" else None
        beside = f"{mine / other:.1f} ×" if mine and other else ""
        print(f"| {name} | {who}{' ' + suite if suite else ''} ({len(results)}) | {'; '.join(told(results))} | {beside} |")
