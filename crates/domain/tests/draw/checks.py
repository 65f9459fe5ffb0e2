"""Checks of independent.py, which runs them: frequencies over many seeds, and what must hold or fail."""

import collections
import itertools
import json
import math
import pathlib

from independent import (
    GIVEN, SUITES, WHOLE, Difference, Frame, Layer, Stream, compare, draw, draw_layer, load, parse_frame, require,
    sha, shown, sm3, sm3_written_out, verify, vrf_verify,
)
from make import make, vrf_prove, vrf_secret

# ---- frequencies --------------------------------------------------------------------------------------


def within(count, trials, chance, sigmas=4.5):
    """A count of a chance, by its distance from what is expected."""
    deviation = math.sqrt(trials * chance * (1 - chance))
    return abs(count - trials * chance) <= sigmas * deviation + 1e-9


def mean_within(values, expected, sigmas=4.5):
    mean = sum(values) / len(values)
    deviation = math.sqrt(sum((value - mean) ** 2 for value in values)) / len(values)
    return abs(mean - expected) <= sigmas * deviation + 1e-9


def pair_chance(size, share):
    """The chance of two given objects to be drawn together: a quota q takes q(q−1) of size(size−1) pairs."""
    quota, remainder = divmod(size * share, WHOLE)
    rest = remainder / WHOLE
    return sum(p * q * (q - 1) for p, q in ((1 - rest, quota), (rest, quota + 1))) / (size * (size - 1))


def object_frequencies(seeds, size, share):
    """Each object has exactly its share (§7.1), and neighbours in the frame are a pair like any other."""
    single, pairs, adjacent = [0] * size, collections.Counter(), []
    for number in range(seeds):
        quota, order = draw_layer(sha, sha(b"frequencies %d" % number), 0, size, share)
        drawn = sorted(order[:quota])
        for at in drawn:
            single[at] += 1
        pairs.update(itertools.combinations(drawn, 2))
        adjacent.append(sum(b - a == 1 for a, b in zip(drawn, drawn[1:])))
    both = pair_chance(size, share)
    good = (all(within(count, seeds, share / WHOLE) for count in single)
            and all(within(pairs[pair], seeds, both) for pair in itertools.combinations(range(size), 2))
            and mean_within(adjacent, (size - 1) * both))
    print(f"layer of {size}, share {share / WHOLE:.6f}: drawn {min(single)}–{max(single)} of {seeds}; "
          f"pairs expected {seeds * both:.1f}, neighbours {sum(adjacent) / (size - 1):.1f}: "
          f"{'ok' if good else 'OUT'}")
    return good


def load_frequencies(seeds):
    """§8: inspectors who hold the same posts have the same mean load, whatever their numbers. Inspectors 0–3
    hold post 0, inspectors 4–7 posts 0 and 1; there are 5 jobs of post 0 and 6 of post 1."""
    frame = Frame(suite="sha", posts=[("1", 1), ("1", 1)],
                  inspectors=[(f"C{n}", [0] if n < 4 else [0, 1], 0) for n in range(8)],
                  layers=[Layer(WHOLE, [0], [f"a{n}" for n in range(5)]),
                          Layer(WHOLE, [1], [f"b{n}" for n in range(6)])])
    loads = [draw(frame, sha(b"loads %d" % number)).teams.loads for number in range(seeds)]
    good = True
    for alike in (range(0, 4), range(4, 8)):
        means = [sum(of[n] for of in loads) / seeds for n in alike]
        together = sum(means) / len(means)
        same = all(mean_within([of[n] - sum(of[m] for m in alike) / len(alike) for of in loads], 0) for n in alike)
        print(f"inspectors {alike[0]}–{alike[-1]}: mean loads {' '.join(f'{mean:.4f}' for mean in means)}, "
              f"together {together:.4f}: {'ok' if same else 'OUT'}")
        good = good and same
    return good


def frequencies(seeds=10_000):
    layers = [(7, 150_000), (10, 333_333), (12, 50_000), (9, 500_000), (6, WHOLE), (5, 0)]
    good = [object_frequencies(seeds, size, share) for size, share in layers] + [load_frequencies(seeds)]
    print("within 4.5 sigma" if all(good) else "OUT OF BOUNDS")
    return 0 if all(good) else 1


# ---- selftest -----------------------------------------------------------------------------------------

# RFC 9381 Appendix B.3, Examples 16 to 18: secret key, public key, alpha, pi, beta.
RFC_9381 = [
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d97"
     "27d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
     "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff"
     "66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465"
     "301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
     "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb"
     "5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0"
     "e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
     "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c45"
     "2118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f"),
]


def test_digests():
    """The two examples of GB/T 32905 Appendix A, by both SM3; every length of padding; SHA-256 of `abc`."""
    known = {b"abc": "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
             b"abcd" * 16: "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"}
    for message, answer in known.items():
        compare("SM3", sm3(message).hex(), answer)
        compare("SM3 written out", sm3_written_out(message).hex(), answer)
    for size in range(130):
        compare(f"SM3 of {size} bytes", sm3_written_out(bytes(size)).hex(), sm3(bytes(size)).hex())
    compare("SHA-256", sha(b"abc").hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_vrf():
    """RFC 9381: keys, proofs and outputs of the appendix; no flipped bit proves anything."""
    for secret, key, alpha, proof, output in RFC_9381:
        secret, key, alpha, proof = map(bytes.fromhex, (secret, key, alpha, proof))
        compare("public key", vrf_secret(secret)[2].hex(), key.hex())
        compare("pi", vrf_prove(secret, alpha).hex(), proof.hex())
        compare("beta", vrf_verify(key, alpha, proof).hex(), output)
        require(vrf_verify(key, alpha + b"x", proof) is None, "pi", "holds for another alpha", "does not")
        for at in range(0, 80, 7):
            forged = proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1 :]
            require(vrf_verify(key, alpha, forged) is None, "pi", f"holds with byte {at} changed", "does not")


def test_below():
    """§6: words at or above the last multiple of n are left out."""
    stream = Stream(sha, bytes(32), "")
    stream.words = iter([2**64 - 1, 2**63 + 1, 2**63, 5])
    compare("below(2^63 + 1)", [stream.below(2**63 + 1), stream.below(7)], [2**63, 5])


def tiny(number):
    """A frame too small to hide anything, by a stream of its own."""
    below = Stream(sha, sha(b"tiny %d" % number), "tiny").below
    posts = [("organ", 1 + below(2)) for _ in range(1 + below(2))]
    some = [[0], [len(posts) - 1], list(range(len(posts)))]
    inspectors = [(f"certificate {n}", some[below(3)], below(4)) for n in range(1 + below(5))]
    codes = [f"{number:09}{n:09}" for n in range(1 + below(3))]
    return {
        "suite": ("sm", "sha")[number % 2], "title": "tiny", "organ": "1", "law": "00", "secret": "07" * 32,
        "seed": {"source": "parties", "parties": [{"name": "甲", "value": f"value number {number:04}"}]},
        "items": [["a", "1", "key"]], "posts": posts, "inspectors": inspectors,
        "layers": [{"share": WHOLE, "posts": some[below(3)], "codes": codes}],
        "recused": [[n, code] for n in range(len(inspectors)) for code in codes if not below(5)],
        "frozen": {"entry": 1, "on": "2026-01-01"},
    }


def least_squares(frame, teams):
    """The smallest sum of squares of loads of all teams there could be, tried one by one."""
    choices = []
    for job in teams.jobs:
        able = [b for b in teams.holders[job.post] if (b, job.ticket) not in teams.recused]
        choices.append(list(itertools.combinations(able, min(len(able), teams.size(job)))))
    best = math.inf
    for chosen in itertools.product(*choices):
        loads = [visits for _, _, visits in frame.inspectors]
        for b in itertools.chain.from_iterable(chosen):
            loads[b] += 1
        best = min(best, sum(load * load for load in loads))
    return best


def test_evening_out():
    """§8: the sum of squares is the smallest there is; a group holds all who could relieve it."""
    for number in range(400):
        frame = parse_frame(make(tiny(number))["frame"])
        teams = draw(frame, sha(b"seed %d" % number)).teams
        where = f"tiny frame {number}"
        compare(where, sum(load * load for load in teams.loads), least_squares(frame, teams))
        compare(where, sorted(itertools.chain(*teams.groups)), sorted(teams.concerned))
        settled = set()
        for group in teams.groups:
            settled |= set(group)
            for job in (teams.jobs[n] for a in group for n in teams.stands[a]):
                relief = {b for b in teams.holders[job.post] if teams.able(b, job)}
                require(relief <= settled, where, sorted(relief - settled), "able, but not in the group")
        for b, stands in enumerate(teams.stands):
            compare(where, teams.loads[b], frame.inspectors[b][2] + len(stands))
            compare(where, stands, {n for n, job in enumerate(teams.jobs) if b in job.team})


def sample(suite, source):
    """Two layers, three posts, more objects than fit and fewer inspectors than one post needs."""
    codes = [f"91110000{n:010}" for n in range(60)]
    parties = [{"name": name, "value": f"{name}: sixteen or more"} for name in "甲乙"]
    seeds = {
        "lottery": {"source": "lottery", "name": "双色球", "number": "2026001", "date": "2026-01-02",
                    "form": "6/1-33;1/1-16"},
        "parties": {"source": "parties", "parties": parties},
        "vrf": {"source": "vrf", "secret_key": RFC_9381[0][0]},
    }
    return {
        "suite": suite, "title": "抽查", "organ": "11", "law": "ab" * 32, "secret": "5a" * 32,
        "seed": seeds[source], "numbers": [[33, 2, 9, 10, 1, 21], [16]],
        "items": [["b", "11", "general"], ["a", "12", "key"]], "posts": [["11", 2], ["12", 1], ["13", 4]],
        "inspectors": [[f"C{n:03}", [[0], [0, 1], [1], [2]][n % 4], n % 3] for n in range(12)],
        "layers": [{"share": 130_000, "posts": [0, 1], "codes": codes[:40]},
                   {"share": 250_000, "posts": [0, 2], "codes": codes[40:]}],
        "recused": [[(n + k) % 8, code] for n, code in enumerate(codes) for k in (0, 3)],
        "frozen": {"entry": 7, "on": "2026-01-01"},
    }


def with_changes(given):
    """Adds a recusal of the first object's first member, and replacements until a redraw must follow."""
    drawn = make(given)["drawn"]
    done = [{"kind": "redrawn", "on": "2026-01-02", "reason": "a relative", "code": drawn[0]["code"],
             "post": 0, "out": drawn[0]["teams"][0][0]}]
    for one in drawn:
        closed = {"kind": "replaced", "on": "2026-01-03", "reason": "closed", "code": one["code"]}
        try:
            changes = make(given | {"changes": [*done, closed]})["changes"]
        except Difference:  # nobody may come in for a member who must go: the object is not replaced
            continue
        done.append(closed)
        if changes[-1]["kind"] == "redrawn":
            return given | {"changes": done}
    raise Difference("sample", "no redraw followed", "one")


def places(value, path=()):
    """Every place of a JSON value that is neither list nor object."""
    if isinstance(value, (dict, list)):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, name))
    else:
        yield path


def changed(value, path):
    """A copy that says something else at one place."""
    copy = inner = json.loads(json.dumps(value))
    for name in path[:-1]:
        inner = inner[name]
    old = inner[path[-1]]
    inner[path[-1]] = old + 1 if isinstance(old, int) else old[:-1] + ("1" if old[-1:] == "0" else "0")
    return copy


def holds(published):
    try:
        verify(load(json.dumps(published, ensure_ascii=False).encode()), lambda *_: None)
        return True
    except Difference:
        return False


FREE = {"entry", "on", "reason"}  # what the ledger vouches for and no recomputation can


def test_files():
    """What is made verifies, for each suite and source; changed at any one place, it does not."""
    for suite, source in itertools.product(SUITES, GIVEN):
        given = with_changes(sample(suite, source))
        published = make(given)
        require(holds(published), f"file by {suite} and {source}", "made", "does not verify")
        require(holds(make(given | {"frozen_only": True})), "frozen file", "made", "does not verify")
        for path in places(published):
            # A proof takes a tenth of a second to check, and test_vrf has forged proofs already.
            if path[-1] not in FREE and source != "vrf":
                require(not holds(changed(published, path)), f"file changed at {path}", "holds", "must not")
        for name in published:
            less = {other: published[other] for other in published if other != name}
            require(not holds(less), f"file without {name}", "holds", "must not")
        changes = published["changes"]
        for at in (at for at, change in enumerate(changes) if at and change["kind"] == "redrawn"):
            less = published | {"changes": changes[:at] + changes[at + 1 :]}
            require(not holds(less), f"file without the redraw {at}", "holds", "must not")


def test_golden():
    """The golden file by a VRF is what its input makes."""
    folder = pathlib.Path(__file__).parent
    given, golden = folder / "vrf-sha.input.json", folder / "vectors" / "vrf-sha.json"
    compare(golden.name, load(golden.read_bytes()), make(load(given.read_bytes())))


def selftest():
    for test in (test_digests, test_vrf, test_below, test_evening_out, test_files, test_golden):
        try:
            test()
        except Difference as difference:
            print(f"FAILED {test.__name__}: {difference.where}")
            print(f"  {shown(difference.stated)}\n  {shown(difference.computed)}")
            return 1
        print(f"ok {test.__name__}: {' '.join(test.__doc__.split())}", flush=True)
    return 0
