#!/usr/bin/env python3
"""The rows of the peers' generator as a table of the 2018 edition.   penalty_2018.py N OUT [--seed S] [--codes FILE --from DATE]

Writes OUT.csv (what an organ hands in), OUT.entities.csv (the register: all valid codes of the file)
and OUT.organs.tsv (code, name; the first one hands in). Run in the folder that has gen_intake.py.

Same decisions, organs, codes and texts as the generator, with about 6 % of planted errors. Added is
only what the 2018 edition asks for beyond it: a representative, a person's document number with a
right check digit, an amount for what was confiscated and the name of a revoked licence. Codes of
individual businesses get the category 92, which their kind demands.

With --codes the parties are taken from that file (one code and name a line, tab between) and all
decisions lie in the 300 days before --from, so that the records stand on the portal.
"""
import argparse, csv, datetime as dt, random
import gen_intake as g

COLUMNS = ["CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_FRDB", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR",
           "CF_NR_FK", "CF_NR_WFFF", "CF_NR_ZKDX", "CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "CF_CFJG", "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM", "BZ"]
CITIZEN = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def with_check(body):
    return body + g.ALPH[(31 - sum(g.ALPH.index(c) * w for c, w in zip(body, g.W17)) % 31) % 31]


def citizen(number):
    body = f"37040219800101{number % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, CITIZEN)) % 11]


def code_of(row):
    """The code as it lies in the file: right codes of individuals get their own category."""
    code = row["uscc"]
    return with_check("92" + code[2:17]) if row["subject_type"] == "个体工商户" and g.code_ok(code) else code


def slashed(day):
    """A day as the 2018 edition writes it; wrong ones stay wrong."""
    return day.replace("-", "/") if len(day) == 10 and "/" not in day else day


def mapped(row, number):
    person, kinds = row["subject_type"] == "自然人", row["kinds"].split(";")
    took = any(kind in kinds for kind in ("没收违法所得", "没收非法财物"))
    lifted = any(kind in kinds for kind in ("暂扣许可证件", "吊销许可证件"))
    return {"CF_XDR_MC": row["subject_name"], "CF_XDR_LB": row["subject_type"], "CF_XDR_SHXYM": code_of(row), "CF_FRDB": "" if person else "王某某",
            "CF_XDR_ZJLX": "身份证" if person else "", "CF_XDR_ZJHM": citizen(number) if person and row["id_no"] else "", "CF_WSH": row["doc_no"], "CF_WFXW": row["violation"],
            "CF_SY": row["fact"], "CF_YJ": row["basis"], "CF_CFLB": row["kinds"], "CF_NR": row["content"], "CF_NR_FK": row["fine_wan"],
            "CF_NR_WFFF": f"{number % 900 / 100 + 0.5:.2f}" if took else "", "CF_NR_ZKDX": (row["licence_name"] or "食品经营许可证") if lifted else "", "CF_JDRQ": slashed(row["decided_on"]),
            "CF_YXQ": slashed(row["valid_until"]), "CF_GSJZQ": slashed(row["publish_until"]), "CF_CFJG": row["authority"], "CF_CFJGDM": row["authority_code"],
            "CF_SJLY": row["source"], "CF_SJLYDM": row["source_code"], "BZ": row["remark"]}


def given(rows, path, last):
    """Parties from a file, and decisions recent enough to be shown."""
    rnd, parties = random.Random(3), [line.rstrip("\n").split("\t")[:2] for line in open(path, encoding="utf-8")]
    for row, (code, name) in zip(rows, parties):
        day = last - dt.timedelta(rnd.randrange(1, 300))
        yield {**row, "subject_name": name, "subject_type": "法人及非法人组织", "uscc": code, "id_no": "", "decided_on": str(day), "publish_until": str(day + dt.timedelta(365))}


def main():
    ask = argparse.ArgumentParser(); ask.add_argument("n", type=int); ask.add_argument("out"); ask.add_argument("--seed", type=int, default=11)
    ask.add_argument("--codes"); ask.add_argument("--from", dest="last", default=str(g.TODAY)); a = ask.parse_args()
    rows, organs, names = g.make(a.n, a.seed), {}, {}
    if a.codes:
        rows = given(rows, a.codes, dt.date.fromisoformat(a.last))
    with open(a.out + ".csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS); writer.writeheader()
        for number, row in enumerate(rows):
            line = mapped(row, number); writer.writerow(line)
            organs.setdefault(row["source_code"], row["source"])
            if g.code_ok(row["authority_code"]):
                organs.setdefault(row["authority_code"], row["authority"])
            if g.code_ok(line["CF_XDR_SHXYM"]):
                names[line["CF_XDR_SHXYM"]] = row["subject_name"]
    with open(a.out + ".entities.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file); writer.writerow(("统一社会信用代码", "企业名称")); writer.writerows(names.items())
    with open(a.out + ".organs.tsv", "w", encoding="utf-8") as file:
        file.writelines(f"{code}\t{name}\n" for code, name in organs.items())


if __name__ == "__main__":
    main()
