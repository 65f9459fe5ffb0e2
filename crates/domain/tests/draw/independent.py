#!/usr/bin/env python3
"""The draw of docs/DRAW.md, format `chengheng-draw/1`, written from that page alone.

    independent.py verify FILE        recompute a published file; 0 it holds, 1 it differs
    independent.py make INPUT.json    print the published file of an input (described at `make`)
    independent.py frequencies        chances of objects and of pairs over 10,000 seeds
    independent.py selftest           known answers, brute force, forged files

Python 3.11 and its standard library are enough. Section marks (§) are those of docs/DRAW.md. Where the
page leaves a choice open, `READING` in a comment names the one taken here.
"""

import collections
import hashlib
import itertools
import json
import math
import re
import struct
import sys
from dataclasses import dataclass, field

FORMAT = "chengheng-draw/1"


class Difference(Exception):
    """What the file says and what recomputation gives are not the same."""

    def __init__(self, where, stated, computed):
        super().__init__(where, stated, computed)
        self.where, self.stated, self.computed = where, stated, computed


def require(holds, where, stated, computed):
    if not holds:
        raise Difference(where, stated, computed)


def compare(where, stated, computed):
    """Raises the first difference. Types count: 1, 1.0 and true are three things in JSON."""
    if type(stated) is type(computed) is dict:
        for name in [*computed, *stated]:
            require(name in stated, f"{where}.{name}", "(absent)", computed.get(name))
            require(name in computed, f"{where}.{name}", stated[name], "(absent)")
            compare(f"{where}.{name}", stated[name], computed[name])
    elif type(stated) is type(computed) is list:
        for at, (one, other) in enumerate(zip(stated, computed)):
            compare(f"{where}[{at}]", one, other)
        require(len(stated) == len(computed), where, f"{len(stated)} entries", f"{len(computed)} entries")
    else:
        require(type(stated) is type(computed) and stated == computed, where, stated, computed)


# ---- §2 digests ---------------------------------------------------------------------------------------


def turned(x, by):
    return (x << by | x >> (32 - by)) & 0xFFFFFFFF


SM3_T = [turned(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32) for j in range(64)]


def sm3_written_out(data):
    """SM3 of GB/T 32905, for builds of Python whose OpenSSL lacks it. Turns to the left are written in
    place, and bits above 32 cut off late, because a frame of a million objects takes half a million rounds
    of the outer loop."""
    mask = 0xFFFFFFFF
    state = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for start in range(0, len(padded), 64):
        w = list(struct.unpack_from(">16I", padded, start))
        for j in range(16, 68):
            x, y = w[j - 3], w[j - 13]
            x = (w[j - 16] ^ w[j - 9] ^ (x << 15 | x >> 17)) & mask
            w.append((x ^ (x << 15 | x >> 17) ^ (x << 23 | x >> 9) ^ (y << 7 | y >> 25) ^ w[j - 6]) & mask)
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            a12 = (a << 12 | a >> 20) & mask
            ss1 = (a12 + e + SM3_T[j]) & mask
            ss1 = (ss1 << 7 | ss1 >> 25) & mask
            if j < 16:
                ff, gg = a ^ b ^ c, e ^ f ^ g
            else:
                ff, gg = a & b | a & c | b & c, e & f | ~e & g
            tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) & mask
            tt2 = (gg + h + ss1 + w[j]) & mask
            a, b, c, d = tt1, a, (b << 9 | b >> 23) & mask, c
            e, f, g, h = tt2 ^ (tt2 << 9 | tt2 >> 23) ^ (tt2 << 17 | tt2 >> 15), e, f << 19 | f >> 13, g
            e, g = e & mask, g & mask
        state = [x ^ y for x, y in zip(state, (a, b, c, d, e, f, g, h))]
    return struct.pack(">8I", *state)


def sm3(data):
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:
        return sm3_written_out(data)


def sha(data):
    return hashlib.sha256(data).digest()


SUITES = {"sm": sm3, "sha": sha}


def tagged(H, purpose, data):
    """§2–§6: every digest of the format starts with what it is for."""
    return H(f"{FORMAT} {purpose}".encode() + b"\x00" + data)


# ---- §3 the frame -------------------------------------------------------------------------------------


@dataclass
class Layer:
    share: int
    posts: list
    tickets: list


@dataclass
class Frame:
    suite: str = ""
    title: str = ""
    organ: str = ""
    law: str = ""
    secret: str = ""
    seed: list = field(default_factory=list)
    items: list = field(default_factory=list)  # (code, organ, general or key)
    posts: list = field(default_factory=list)  # (organ, size of a team)
    inspectors: list = field(default_factory=list)  # (certificate, posts, visits)
    layers: list = field(default_factory=list)
    recused: list = field(default_factory=list)  # (inspector, ticket)

    @property
    def H(self):
        return SUITES[self.suite]

    def holders(self, post):
        """Who may fill a post, in ascending number."""
        return [number for number, (_, posts, _) in enumerate(self.inspectors) if post in posts]


def joined(numbers):
    return ",".join(map(str, numbers))


def frame_text(frame):
    """§3: the one way to write a frame down."""
    lines = [[FORMAT]]
    lines += [[name, getattr(frame, name)] for name in ("suite", "title", "organ", "law", "secret")]
    lines += [["seed", *frame.seed]]
    lines += [["item", *item] for item in sorted(frame.items)]
    lines += [["post", organ, str(size)] for organ, size in frame.posts]
    lines += [["inspector", name, joined(posts), str(visits)] for name, posts, visits in frame.inspectors]
    for layer in frame.layers:
        lines.append(["layer", str(layer.share), joined(layer.posts), str(len(layer.tickets))])
        lines += [[ticket] for ticket in sorted(layer.tickets)]
    lines += [["recused", str(number), ticket] for number, ticket in sorted(frame.recused)]
    lines += [["end"]]
    return "".join("\t".join(fields) + "\n" for fields in lines)


def split_numbers(text):
    return [int(number) for number in text.split(",")] if text else []


def parse_frame(text):
    """§3 backwards. It reads generously, because the frame is written again and compared: what is not
    exactly as §3 writes it (order, zeros in front, a missing line) shows there."""
    frame = Frame()
    lines = iter(text.split("\n"))
    for line in lines:
        word, *fields = line.split("\t")
        try:
            if word in ("suite", "title", "organ", "law", "secret"):
                (value,) = fields
                setattr(frame, word, value)
            elif word == "seed":
                frame.seed = fields
            elif word == "item":
                code, organ, kind = fields
                frame.items.append((code, organ, kind))
            elif word == "post":
                organ, size = fields
                frame.posts.append((organ, int(size)))
            elif word == "inspector":
                name, posts, visits = fields
                frame.inspectors.append((name, split_numbers(posts), int(visits)))
            elif word == "layer":
                share, posts, size = fields
                tickets = list(itertools.islice(lines, max(0, int(size))))
                frame.layers.append(Layer(int(share), split_numbers(posts), tickets))
            elif word == "recused":
                number, ticket = fields
                frame.recused.append((int(number), ticket))
        except ValueError:
            raise Difference("frame", line, f"a line `{word}` as §3 describes it") from None
    compare_lines(text, frame_text(frame))
    check_frame(frame)
    return frame


def compare_lines(stated, computed):
    if stated != computed:
        for one, other in itertools.zip_longest(stated.split("\n"), computed.split("\n")):
            require(one == other, "frame, as §3 writes it", one, other)


TICKET = re.compile("[0-9a-f]{32}")


def check_frame(frame):
    """§3: what the fields may say.

    READING: an object stands in one layer; a layer names a post once, and so does an inspector; codes of
    items differ; a share is at most the whole; what a line refers to by number exists."""
    where = "frame"
    require(frame.suite in SUITES, where, frame.suite, "suite sm or sha")
    require(re.fullmatch("[0-9a-f]{64}", frame.secret), where, frame.secret, "64 hexadecimal digits")
    require(len({code for code, _, _ in frame.items}) == len(frame.items), where, "an item twice", "once")
    for code, _, kind in frame.items:
        require(kind in ("general", "key"), where, f"item {code} is {kind}", "general or key")
    for organ, size in frame.posts:
        require(size >= 0, where, f"a team of {size}", "0 or more")
    for name, posts, visits in frame.inspectors:
        require(visits >= 0, where, f"inspector {name}: {visits} visits", "0 or more")
        check_posts(frame, posts)
    for layer in frame.layers:
        require(0 <= layer.share <= 1_000_000, where, f"share {layer.share}", "0 to 1000000")
        check_posts(frame, layer.posts)
        for ticket in layer.tickets:
            require(TICKET.fullmatch(ticket), where, ticket, "32 hexadecimal digits")
    tickets = [ticket for layer in frame.layers for ticket in layer.tickets]
    require(len(set(tickets)) == len(tickets), where, "a ticket twice", "once")
    require(len(set(frame.recused)) == len(frame.recused), where, "a recusal twice", "once")
    for number, ticket in frame.recused:
        require(0 <= number < len(frame.inspectors), where, f"recused {number}", "an inspector")
        require(TICKET.fullmatch(ticket), where, ticket, "32 hexadecimal digits")


def check_posts(frame, posts):
    require(all(0 <= post < len(frame.posts) for post in posts), "frame", f"posts {posts}", "numbered posts")
    require(len(set(posts)) == len(posts), "frame", f"posts {posts}", "each once")


def frame_digest(H, text):
    """§3: F."""
    return tagged(H, "frame", text.encode())


def secret_digest(H, secret):
    """§3: the line `secret`."""
    return tagged(H, "secret", secret).hex()


# ---- §4 tickets ---------------------------------------------------------------------------------------


def salt_of(H, secret, code):
    return tagged(H, "salt", secret + code.encode())[:16]


def ticket_of(H, salt, code):
    return tagged(H, "ticket", salt + code.encode())[:16].hex()


# ---- §5 the seed --------------------------------------------------------------------------------------


def seed_value(H, digest, material):
    """§5: S."""
    return tagged(H, "seed", digest + material)


def lottery_material(form, numbers):
    """§5. READING: a number may come twice in a group, as it does in lotteries of single digits."""
    where = "seed.numbers"
    groups = form.split(";")
    require(isinstance(numbers, list) and len(numbers) == len(groups), where, numbers, f"form {form}")
    for group, drawn in zip(groups, numbers):
        parts = re.fullmatch("([0-9]+)/([0-9]+)-([0-9]+)", group)
        require(parts, "frame, line seed", form, "groups such as 6/1-33")
        count, least, most = map(int, parts.groups())
        require(isinstance(drawn, list) and all(type(n) is int for n in drawn), where, drawn, "whole numbers")
        require(len(drawn) == count, where, drawn, f"{count} numbers")
        require(all(least <= n <= most for n in drawn), where, drawn, f"{least} to {most}")
    return ("lottery:" + ";".join(joined(sorted(drawn)) for drawn in numbers)).encode()


def commitment(H, name, value):
    return tagged(H, "commit", name.encode() + b"\x00" + value.encode()).hex()


def parties_material(H, fields, values):
    """§5. READING: characters are Unicode code points."""
    names, commitments = fields[::2], fields[1::2]
    require(names and len(names) == len(commitments), "frame, line seed", fields, "names with commitments")
    require(isinstance(values, list) and len(values) == len(names), "seed.values", values, f"{len(names)} texts")
    for name, committed, value in zip(names, commitments, values):
        require(isinstance(value, str) and len(value) >= 16, "seed.values", value, "16 characters at least")
        require(commitment(H, name, value) == committed, f"commitment of {name}", committed, commitment(H, name, value))
    return ("parties:" + ",".join(tagged(H, "reveal", value.encode()).hex() for value in values)).encode()


def vrf_material(key, digest, proof):
    where = "seed.proof"
    for name, text, size in (("frame, line seed", key, 64), (where, proof, 160)):
        good = isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{size}}}", text)
        require(good, name, text, f"{size} hexadecimal digits")
    proved = vrf_verify(bytes.fromhex(key), digest, bytes.fromhex(proof))
    require(proved is not None, where, proof, f"a proof of key {key} for {digest.hex()}")
    return b"vrf:" + proved.hex().encode()


def seed_material(frame, digest, seed):
    """§5: the bytes that the stated outcome of the source in the frame gives."""
    source, *fields = frame.seed or [""]
    holds = {"lottery": "numbers", "parties": "values", "vrf": "proof"}
    require(source in holds, "frame, line seed", source, "lottery, parties or vrf")
    require(isinstance(seed, dict), "seed", seed, "an object")
    require(seed.get("source") == source, "seed.source", seed.get("source"), source)
    require(set(seed) == {"source", holds[source], "value"}, "seed", list(seed), ["source", holds[source], "value"])
    if source == "lottery":
        require(len(fields) == 4, "frame, line seed", fields, "name, number, date, form")
        return lottery_material(fields[3], seed["numbers"])
    if source == "parties":
        return parties_material(frame.H, fields, seed["values"])
    require(len(fields) == 1, "frame, line seed", fields, "a public key")
    return vrf_material(fields[0], digest, seed["proof"])


# ---- §5 the VRF: edwards25519 of RFC 8032 and ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381 -----------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of −1
NEUTRAL = (0, 1)


def sha512(data):
    return hashlib.sha512(data).digest()


def add(a, b):
    """Points are affine (x, y): slower than other coordinates, and plainly the law of the curve."""
    (x1, y1), (x2, y2) = a, b
    both = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + both, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - both, -1, P)
    return x % P, y % P


def negate(a):
    return -a[0] % P, a[1]


def times(n, a):
    total = NEUTRAL
    while n:
        if n & 1:
            total = add(total, a)
        a, n = add(a, a), n >> 1
    return total


def encode(a):
    """RFC 8032 §5.1.2."""
    return (a[1] | (a[0] & 1) << 255).to_bytes(32, "little")


def decode(data):
    """RFC 8032 §5.1.3; None if the bytes are no point."""
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def encode_to_curve(key, alpha):
    """RFC 9381 §5.4.1.1: try and increment, salted with the public key."""
    for counter in range(256):
        point = decode(sha512(b"\x03\x01" + key + alpha + bytes([counter, 0]))[:32])
        if point is not None and times(8, point) != NEUTRAL:
            return times(8, point)
    raise ValueError("no point among 256 tries")


def challenge(key, *points):
    """RFC 9381 §5.4.3."""
    return int.from_bytes(sha512(b"\x03\x02" + key + b"".join(map(encode, points)) + b"\x00")[:16], "little")


def proof_to_hash(gamma):
    """RFC 9381 §5.2: what the key proves, 64 bytes."""
    return sha512(b"\x03\x03" + encode(times(8, gamma)) + b"\x00")


def vrf_verify(key, alpha, proof):
    """RFC 9381 §5.3 with validation of the key: the 64 bytes, or None."""
    y, gamma = decode(key), decode(proof[:32])
    c, s = int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    if y is None or gamma is None or s >= Q or len(proof) != 80 or times(8, y) == NEUTRAL:
        return None
    h = encode_to_curve(key, alpha)
    u = add(times(s, BASE), negate(times(c, y)))
    v = add(times(s, h), negate(times(c, gamma)))
    return proof_to_hash(gamma) if c == challenge(key, h, gamma, u, v) else None


def vrf_secret(secret):
    """RFC 8032 §5.1.5: the secret scalar, the half that nonces come from, the public key."""
    digest = sha512(secret)
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:], encode(times(scalar, BASE))


def vrf_prove(secret, alpha):
    """RFC 9381 §5.1, nonce of §5.4.2.2."""
    x, half, key = vrf_secret(secret)
    h = encode_to_curve(key, alpha)
    gamma = times(x, h)
    k = int.from_bytes(sha512(half + encode(h)), "little") % Q
    c = challenge(key, h, gamma, times(k, BASE), times(k, h))
    return encode(gamma) + c.to_bytes(16, "little") + ((k + c * x) % Q).to_bytes(32, "little")


# ---- §6 numbers ---------------------------------------------------------------------------------------


class Stream:
    """§6: the words of a label, and whole numbers without bias."""

    def __init__(self, H, seed, label):
        self.words = self.blocks(H, seed + label.encode() + b"\x00")

    @staticmethod
    def blocks(H, prefix):
        for i in itertools.count():
            yield from struct.unpack(">4Q", tagged(H, "stream", prefix + struct.pack(">Q", i)))

    def below(self, n):
        limit = 2**64 - 2**64 % n
        while True:
            word = next(self.words)
            if word < limit:
                return word % n


def shuffle(things, stream, steps=None):
    """§7.2 and §8: for i = 0, 1, … exchange thing i with thing i + below(how many are left)."""
    for i in range(len(things) if steps is None else steps):
        j = i + stream.below(len(things) - i)
        things[i], things[j] = things[j], things[i]


# ---- §7 objects ---------------------------------------------------------------------------------------


def draw_layer(H, seed, k, size, share):
    """§7: how many of layer k are drawn, and the order of those drawn and of the reserves.

    READING: the reserves end where the shuffle of §7.2 ends, at place min(size, 2 × quota): what lies
    behind was never put in an order by chance."""
    stream = Stream(H, seed, f"layer {k}")
    quota, remainder = divmod(size * share, 1_000_000)
    if remainder and stream.below(1_000_000) < remainder:
        quota += 1
    order = list(range(size))
    steps = min(size, 2 * quota)
    shuffle(order, stream, steps)
    return quota, order[:steps]


# ---- §8 teams -----------------------------------------------------------------------------------------


@dataclass
class Job:
    ticket: str
    post: int
    team: list = field(default_factory=list)


class Teams:
    """§8: who may go where, and how many visits each then has."""

    def __init__(self, frame):
        self.sizes = [size for _, size in frame.posts]
        self.holders = [frame.holders(post) for post in range(len(frame.posts))]
        self.recused = set(frame.recused)
        self.loads = [visits for _, _, visits in frame.inspectors]
        self.stands = [set() for _ in frame.inspectors]  # final numbers of the jobs of each inspector
        self.groups = []  # §8.4: who was settled together

    def able(self, b, job):
        """§8 for a holder of the post."""
        return (b, job.ticket) not in self.recused and b not in job.team

    def fill(self, jobs, stream):
        """§8: each place to one of those with the smallest load."""
        self.jobs = jobs
        for number, job in enumerate(jobs):
            for _ in range(self.sizes[job.post]):
                able = [b for b in self.holders[job.post] if self.able(b, job)]
                if not able:
                    break
                least = min(self.loads[b] for b in able)
                able = [b for b in able if self.loads[b] == least]
                chosen = able[stream.below(len(able))]
                job.team.append(chosen)
                self.stands[chosen].add(number)
                self.loads[chosen] += 1

    def even_out(self):
        """§8.1–§8.4."""
        unsettled = set(range(len(self.loads)))
        while unsettled:
            start = min(unsettled, key=lambda a: (-self.loads[a], a))
            reached, end = self.search(start)
            if end is None:
                # READING: a group is whom this search settles, not whom an earlier one had settled.
                self.groups.append(sorted(unsettled & set(reached)))
                unsettled -= set(reached)
            else:
                self.hand_over(reached, end)

    def search(self, start):
        """§8.2: everyone reached, each with whom and by which job; and the one whose load is smaller by two.

        A job already looked at from one member is not looked at from another: whom its other members could
        hand it to, the first has reached."""
        reached, seen = {start: None}, set()
        waiting = [list(holders) for holders in self.holders]
        queue = [start]
        for a in queue:
            for number in sorted(self.stands[a] - seen):
                seen.add(number)
                job = self.jobs[number]
                waiting[job.post] = [b for b in waiting[job.post] if b not in reached]
                for b in waiting[job.post]:
                    if self.able(b, job):
                        reached[b] = a, number
                        queue.append(b)
                        if self.loads[b] <= self.loads[start] - 2:
                            return reached, b
        return reached, None

    def hand_over(self, reached, end):
        """§8.3: along the path, each hands on the job by which the next was reached."""
        b = end
        while reached[b] is not None:
            a, number = reached[b]
            team = self.jobs[number].team
            team[team.index(a)] = b
            self.stands[a].remove(number)
            self.stands[b].add(number)
            self.loads[a] -= 1
            self.loads[b] += 1
            b = a

    def tight(self):
        """§8, last paragraph.

        READING: a group's load is its greatest; it is compared with the smallest of anybody outside of it;
        groups come in the order in which they were settled; a job with two members of the group counts once."""
        found = []
        for group in self.groups:
            others = set(range(len(self.loads))) - set(group)
            if others and max(self.loads[a] for a in group) - min(self.loads[b] for b in others) >= 2:
                numbers = set().union(*(self.stands[a] for a in group))
                posts = sorted({self.jobs[number].post for number in numbers})
                found.append({"inspectors": group, "posts": posts, "jobs": len(numbers)})
        return found

    def short(self, jobs):
        """§10, in the order of the list given."""
        found = []
        for job in jobs:
            lacking = self.sizes[job.post] - len(job.team)
            if lacking:
                holders = self.holders[job.post]
                recused = sum((b, job.ticket) in self.recused for b in holders)
                found.append({"ticket": job.ticket, "post": job.post, "lacking": lacking,
                              "holders": len(holders), "recused": recused})
        return found

    def extremes(self):
        """§10, `loads`. READING: both are 0 where nobody may fill a post of a job."""
        concerned = {b for post in {job.post for job in self.jobs} for b in self.holders[post]}
        loads = [self.loads[b] for b in concerned] or [0]
        return {"least": min(loads), "most": max(loads)}


# ---- §7 and §8 together -------------------------------------------------------------------------------


@dataclass
class Draw:
    """What the seed gives. Entries are those of §10 without what opens an object (code and salt)."""

    drawn: list
    reserves: list
    teams: Teams
    short: list


def draw(frame, seed):
    drawn, reserves, jobs = [], [], []
    for k, layer in enumerate(frame.layers):
        quota, order = draw_layer(frame.H, seed, k, len(layer.tickets), layer.share)
        for place, at in enumerate(order):
            entry = {"layer": k, "place": place, "at": at, "ticket": layer.tickets[at]}
            if place >= quota:
                reserves.append(entry)
                continue
            mine = [Job(entry["ticket"], post) for post in layer.posts]
            jobs += mine
            # The lists of the jobs themselves, so that what is evened out later shows here too.
            drawn.append(entry | {"teams": [job.team for job in mine]})
    teams = Teams(frame)
    shuffled = list(jobs)
    shuffle(shuffled, Stream(frame.H, seed, "jobs"))
    teams.fill(shuffled, Stream(frame.H, seed, "teams"))
    teams.even_out()
    # READING: short jobs are listed by layer, place in the order and post, as jobs are before the shuffle.
    return Draw(drawn, reserves, teams, teams.short(jobs))


# ---- §9 after the draw --------------------------------------------------------------------------------


class Since:
    """§9: what stands after each change.

    READING: whoever was redrawn is recused from that object from then on; an object that came in by
    replacement counts its own redraws from 0, and those done on its arrival stand in its `teams` alone;
    where no reserve is left `by` is null, and where nobody is able `in` is null and the place falls away."""

    def __init__(self, frame, seed, result):
        self.frame, self.seed = frame, seed
        self.holders, self.recused = result.teams.holders, set(frame.recused)
        self.standing = {entry["ticket"]: (entry["layer"], [list(team) for team in entry["teams"]])
                         for entry in result.drawn}
        self.reserves = collections.defaultdict(collections.deque)
        for entry in result.reserves:
            self.reserves[entry["layer"]].append(entry)
        self.redraws = collections.Counter()

    def replace(self, ticket, opened):
        """§9, first paragraph: the entry `by`."""
        layer, teams = self.standing.pop(ticket)
        if not self.reserves[layer]:
            return None
        entry = self.reserves[layer].popleft()
        called = entry["ticket"]
        self.standing[called] = layer, teams
        for post, team in zip(self.frame.layers[layer].posts, teams):
            for member in list(team):
                if (member, called) in self.recused:
                    self.redraw(called, post, team, member)
        return opened(entry | {"teams": [list(team) for team in teams]})

    def recuse(self, ticket, post, out):
        """§9, second paragraph: who is in."""
        layer, teams = self.standing[ticket]
        self.recused.add((out, ticket))
        return self.redraw(ticket, post, teams[self.frame.layers[layer].posts.index(post)], out)

    def redraw(self, ticket, post, team, out):
        label = f"redraw {ticket} {post} {self.redraws[ticket, post]}"
        self.redraws[ticket, post] += 1
        able = [b for b in self.holders[post] if (b, ticket) not in self.recused and b not in team]
        shuffle(able, Stream(self.frame.H, self.seed, label))
        place = team.index(out)
        team[place : place + 1] = able[:1]
        return able[0] if able else None

    def change(self, asked, opened):
        """One entry of `changes`, from its kind, day, reason, ticket and, of a redraw, post and out."""
        where = "changes"
        require(isinstance(asked, dict), where, asked, "an object")
        kind, ticket = asked.get("kind"), asked.get("ticket")
        for name in ("on", "reason", "ticket"):
            require(isinstance(asked.get(name), str), f"{where}, {name}", asked.get(name), "a text")
        require(ticket in self.standing, where, ticket, "an object that is drawn at that time")
        entry = {"kind": kind, "on": asked["on"], "reason": asked["reason"], "ticket": ticket}
        if kind == "replaced":
            return entry | {"by": self.replace(ticket, opened)}
        require(kind == "redrawn", where, kind, "replaced or redrawn")
        layer, teams = self.standing[ticket]
        post, out = asked.get("post"), asked.get("out")
        require(type(post) is int and post in self.frame.layers[layer].posts, where, post, "a post of the object")
        team = teams[self.frame.layers[layer].posts.index(post)]
        require(type(out) is int and out in team, where, out, f"a member of the team {team}")
        return entry | {"post": post, "out": out, "in": self.recuse(ticket, post, out)}


# ---- §10 the file -------------------------------------------------------------------------------------


def opener(openings):
    """Puts code and salt into an entry, where §10 has them."""

    def opened(entry):
        ticket = entry["ticket"]
        require(ticket in openings, "code and salt", "(absent)", f"those of {ticket}")
        code, salt = openings[ticket]
        rest = {"ticket": ticket, "code": code, "salt": salt, "teams": entry["teams"]}
        return {name: entry[name] for name in ("layer", "place", "at")} | rest

    return opened


def outcome(result, opened):
    """§10: the members that the seed alone decides."""
    return {
        "drawn": [opened(entry) for entry in result.drawn],
        "reserves": result.reserves,
        "short": result.short,
        "tight": result.teams.tight(),
        "loads": result.teams.extremes(),
    }


# ---- verify -------------------------------------------------------------------------------------------

BEFORE = ("format", "frame", "digest", "frozen")
AFTER = ("seed", "drawn", "reserves", "short", "tight", "loads", "changes")


def read_openings(H, published):
    """§4 and §10: the codes and salts in the file; each must give its ticket."""
    entries = published["drawn"] if isinstance(published["drawn"], list) else []
    changes = published["changes"] if isinstance(published["changes"], list) else []
    entries = entries + [change.get("by") for change in changes if isinstance(change, dict)]
    openings = {}
    for entry in (entry for entry in entries if isinstance(entry, dict)):
        ticket, code, salt = (entry.get(name) for name in ("ticket", "code", "salt"))
        require(isinstance(code, str) and len(code) == 18, f"code of {ticket}", code, "18 characters")
        require(isinstance(salt, str) and TICKET.fullmatch(salt), f"salt of {ticket}", salt, "32 hexadecimal digits")
        computed = ticket_of(H, bytes.fromhex(salt), code)
        require(ticket == computed, f"ticket of {code}", ticket, computed)
        openings[ticket] = code, salt
    return openings


def verify(published, say):
    """Recomputes a published file; says one line a step; raises the first difference."""
    require(isinstance(published, dict), "file", type(published).__name__, "an object")
    # READING: the seed comes together with all that it decides, lists that are empty too.
    members = BEFORE + AFTER if any(name in published for name in AFTER) else BEFORE
    compare("members of the file", sorted(published), sorted(members))
    compare("format", published["format"], FORMAT)
    require(isinstance(published["frame"], str), "frame", type(published["frame"]).__name__, "a text")
    frozen = published["frozen"]
    require(isinstance(frozen, dict) and set(frozen) == {"entry", "on"}, "frozen", frozen, "{entry, on}")
    say("§10", f"{FORMAT}, " + ("with a seed" if "seed" in published else "frozen, the seed not known yet"))

    frame = parse_frame(published["frame"])
    H = frame.H
    sizes = [len(layer.tickets) for layer in frame.layers]
    say("§3", f"frame: {sum(sizes)} objects in {len(sizes)} layers, {len(frame.posts)} posts, "
              f"{len(frame.inspectors)} inspectors, {len(frame.recused)} recusals")
    digest = frame_digest(H, published["frame"])
    compare("digest", published["digest"], digest.hex())
    say("§3", f"digest {digest.hex()}")
    if "seed" not in published:
        return

    seed = seed_value(H, digest, seed_material(frame, digest, published["seed"]))
    compare("seed.value", published["seed"]["value"], seed.hex())
    say("§5", f"seed {seed.hex()} by {frame.seed[0]}")
    openings = read_openings(H, published)
    say("§4", f"{len(openings)} objects opened: code and salt give the ticket")

    result, opened = draw(frame, seed), opener(openings)
    computed = outcome(result, opened)
    # Who is drawn comes first: a difference in teams that follows from it would be the less telling one.
    for name in ("layer", "place", "at", "ticket"):
        stated = [entry.get(name) for entry in listed(published, "drawn")]
        compare(f"drawn, {name}", stated, [entry[name] for entry in computed["drawn"]])
    say("§7", f"{len(computed['drawn'])} objects drawn, in this order")
    compare("reserves", published["reserves"], computed["reserves"])
    say("§7", f"{len(computed['reserves'])} reserves, in this order")
    compare("drawn", published["drawn"], computed["drawn"])
    say("§8", f"{len(result.teams.jobs)} jobs, each with this team")
    for name in ("short", "tight"):
        compare(name, published[name], computed[name])
        say("§8", f"{len(computed[name])} {name}")
    compare("loads", published["loads"], computed["loads"])
    say("§8", "loads from {least} to {most}".format(**computed["loads"]))

    since = Since(frame, seed, result)
    for at, change in enumerate(listed(published, "changes")):
        compare(f"changes[{at}]", change, since.change(change, opened))
    say("§9", f"{len(published['changes'])} changes, each by the same seed")


def listed(published, name):
    entries = published[name]
    require(isinstance(entries, list) and all(isinstance(e, dict) for e in entries), name, entries, "a list of objects")
    return entries


def once(pairs):
    """A member named twice would let two readers see two files."""
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names), "file", f"members {names}", "each once")
    return dict(pairs)


def load(data):
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError) as trouble:
        raise Difference("file", str(trouble), "UTF-8 JSON") from None


def verify_command(path):
    with open(path, "rb") as file:
        data = file.read()
    try:
        verify(load(data), lambda section, line: print(f"{section:4} {line}", flush=True))
    except Difference as difference:
        print(f"DIFFERS  {difference.where}")
        print(f"  the file says        {shown(difference.stated)}")
        print(f"  recomputation gives  {shown(difference.computed)}")
        return 1
    except UnicodeEncodeError:
        print("DIFFERS  file\n  the file says        half a surrogate pair\n  recomputation gives  UTF-8 text")
        return 1
    print("all holds")
    print("not shown by the file alone: that the ledger has this digest before the seed was known, what the "
          "lottery drew,\nwhat the ledger says of changes (days, reasons, none left out)")
    return 0


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 300 else text[:300] + " …"


# ---- make ---------------------------------------------------------------------------------------------


def make(given):
    """The published file of an input, an object with these members:

    suite, title, organ, law   as in the frame
    secret                     hex of the 32 bytes of §4
    seed                       {"source": "lottery", "name", "number", "date", "form"}, each a text, or
                               {"source": "parties", "parties": [{"name", "value"}, …]} or
                               {"source": "vrf", "secret_key": hex of 32 bytes}
    items                      [[code, organ, "general" or "key"], …]
    posts                      [[organ, size], …]
    inspectors                 [[certificate, [post, …], visits], …]
    layers                     [{"share", "posts": [post, …], "codes": [code, …]}, …]
    recused                    [[inspector, code], …]
    frozen                     {"entry", "on"}
    numbers                    [[…], …] of a lottery
    frozen_only                true: stop before the seed
    changes                    may be absent: [{"kind": "replaced", "on", "reason", "code"},
                               {"kind": "redrawn", "on", "reason", "code", "post", "out"}, …]
    """
    H, secret = SUITES[given["suite"]], bytes.fromhex(given["secret"])
    openings, tickets = {}, {}
    for code in (code for layer in given["layers"] for code in layer["codes"]):
        salt = salt_of(H, secret, code)
        tickets[code] = ticket_of(H, salt, code)
        openings[tickets[code]] = code, salt.hex()
    frame = Frame(
        **{name: given[name] for name in ("suite", "title", "organ", "law")},
        secret=secret_digest(H, secret),
        seed=seed_fields(H, given["seed"]),
        items=[tuple(item) for item in given["items"]],
        posts=[tuple(post) for post in given["posts"]],
        inspectors=[tuple(inspector) for inspector in given["inspectors"]],
        layers=[Layer(layer["share"], layer["posts"], [tickets[code] for code in layer["codes"]])
                for layer in given["layers"]],
        recused=[(number, tickets[code]) for number, code in given["recused"]],
    )
    text = frame_text(frame)
    frame = parse_frame(text)  # from here on, what everybody can read
    digest = frame_digest(H, text)
    published = {"format": FORMAT, "frame": text, "digest": digest.hex(), "frozen": given["frozen"]}
    if given.get("frozen_only"):
        return published
    stated = seed_stated(given, digest)
    seed = seed_value(H, digest, seed_material(frame, digest, stated))
    result, opened = draw(frame, seed), opener(openings)
    published["seed"] = stated | {"value": seed.hex()}
    published |= outcome(result, opened)
    since = Since(frame, seed, result)
    asked = [change | {"ticket": tickets[change["code"]]} for change in given.get("changes", [])]
    published["changes"] = [since.change(change, opened) for change in asked]
    return published


def seed_fields(H, source):
    """§5: the fields of the line `seed`."""
    kind = source["source"]
    if kind == "lottery":
        return [kind, *(source[name] for name in ("name", "number", "date", "form"))]
    if kind == "parties":
        return [kind, *(text for party in source["parties"]
                        for text in (party["name"], commitment(H, party["name"], party["value"])))]
    return [kind, vrf_secret(bytes.fromhex(source["secret_key"]))[2].hex()]


def seed_stated(given, digest):
    """§10: the member `seed`, before its value is known."""
    source = given["seed"]
    kind = source["source"]
    if kind == "lottery":
        outcome_of = {"numbers": given["numbers"]}
    elif kind == "parties":
        outcome_of = {"values": [party["value"] for party in source["parties"]]}
    else:
        outcome_of = {"proof": vrf_prove(bytes.fromhex(source["secret_key"]), digest).hex()}
    return {"source": kind} | outcome_of | {"value": ""}


def make_command(path):
    with open(path, "rb") as file:
        given = load(file.read())
    published = make(given)
    sys.stdout.buffer.write((json.dumps(published, ensure_ascii=False, indent=1) + "\n").encode())
    return 0


# ---- frequencies --------------------------------------------------------------------------------------


def within(count, trials, chance, sigmas=4.5):
    """A count of a chance, by its distance from what is expected."""
    deviation = math.sqrt(trials * chance * (1 - chance))
    return abs(count - trials * chance) <= sigmas * deviation + 1e-9


def pair_chance(size, share):
    """The chance of two given objects to be drawn together: a quota q takes q(q−1) of size(size−1) pairs."""
    quota, remainder = divmod(size * share, 1_000_000)
    rest = remainder / 1_000_000
    return sum(p * q * (q - 1) for p, q in ((1 - rest, quota), (rest, quota + 1))) / (size * (size - 1))


def frequencies(seeds=10_000):
    """Each object has exactly its share (§7.1), and neighbours in the frame are a pair like any other."""
    good = True
    layers = [(7, 150_000), (10, 333_333), (12, 50_000), (9, 500_000), (6, 1_000_000), (5, 0)]
    for k, (size, share) in enumerate(layers):
        single, pairs = [0] * size, collections.Counter()
        adjacent = []  # how many neighbouring pairs each seed drew
        for number in range(seeds):
            quota, order = draw_layer(sha, sha(b"frequencies %d" % number), k, size, share)
            drawn = sorted(order[:quota])
            for at in drawn:
                single[at] += 1
            pairs.update(itertools.combinations(drawn, 2))
            adjacent.append(sum(b - a == 1 for a, b in zip(drawn, drawn[1:])))
        chance, both = share / 1_000_000, pair_chance(size, share)
        all_pairs = list(itertools.combinations(range(size), 2))
        mean, expected = sum(adjacent) / seeds, (size - 1) * both
        deviation = math.sqrt(sum((n - mean) ** 2 for n in adjacent) / seeds / seeds)
        tests = {
            "objects": all(within(count, seeds, chance) for count in single),
            "pairs": all(within(pairs[pair], seeds, both) for pair in all_pairs),
            "neighbours": abs(mean - expected) <= 4.5 * deviation + 1e-9,
        }
        near = [pairs[a, b] for a, b in all_pairs if b - a == 1]
        far = [pairs[a, b] for a, b in all_pairs if b - a > 1]
        print(f"layer of {size}, share {chance:.6f}: drawn {min(single)}–{max(single)} of {seeds}; "
              f"pairs expected {seeds * both:.1f}, neighbours {sum(near) / len(near):.1f}, "
              f"others {sum(far) / len(far):.1f}: "
              + ", ".join(f"{name} {'ok' if test else 'OUT'}" for name, test in tests.items()))
        good = good and all(tests.values())
    print("within 4.5 sigma" if good else "OUT OF BOUNDS")
    return 0 if good else 1


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
    for data, answer in known.items():
        compare("SM3", sm3(data).hex(), answer)
        compare("SM3 written out", sm3_written_out(data).hex(), answer)
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
    inspectors = [(f"certificate {n}", [p for p in range(len(posts)) if below(3)], below(4))
                  for n in range(1 + below(5))]
    codes = [f"{number:09}{n:09}" for n in range(1 + below(3))]
    return {
        "suite": ("sm", "sha")[number % 2], "title": "tiny", "organ": "1", "law": "00", "secret": "07" * 32,
        "seed": {"source": "parties", "parties": [{"name": "甲", "value": f"value number {number:04}"}]},
        "items": [["a", "1", "key"]], "posts": posts, "inspectors": inspectors,
        "layers": [{"share": 1_000_000, "posts": list(range(len(posts))), "codes": codes}],
        "recused": [[n, code] for n in range(len(inspectors)) for code in codes if not below(5)],
        "frozen": {"entry": 1, "on": "2026-01-01"},
    }


def least_squares(frame, teams):
    """The smallest sum of squares of loads of all teams there could be, tried one by one."""
    choices = []
    for job in teams.jobs:
        able = [b for b in teams.holders[job.post] if (b, job.ticket) not in teams.recused]
        choices.append(list(itertools.combinations(able, min(len(able), teams.sizes[job.post]))))
    before = [visits for _, _, visits in frame.inspectors]
    best = None
    for chosen in itertools.product(*choices):
        loads = list(before)
        for b in itertools.chain.from_iterable(chosen):
            loads[b] += 1
        squares = sum(load * load for load in loads)
        best = squares if best is None else min(best, squares)
    return best


def test_evening_out():
    """§8: the sum of squares is the smallest there is; a group holds all who could relieve it."""
    for number in range(400):
        frame = parse_frame(make(tiny(number))["frame"])
        teams = draw(frame, sha(b"seed %d" % number)).teams
        where = f"tiny frame {number}"
        compare(where, sum(load * load for load in teams.loads), least_squares(frame, teams))
        compare(where, sorted(itertools.chain(*teams.groups)), list(range(len(teams.loads))))
        settled = set()
        for group in teams.groups:
            settled |= set(group)
            for a in group:
                for job in (teams.jobs[n] for n in teams.stands[a]):
                    relief = {b for b in teams.holders[job.post] if teams.able(b, job)}
                    require(relief <= settled, where, sorted(relief - settled), "able, but not in the group")
        for b, stands in enumerate(teams.stands):
            compare(where, teams.loads[b], frame.inspectors[b][2] + len(stands))
            for n in stands:
                require(teams.jobs[n].team.count(b) == 1, where, teams.jobs[n].team, f"{b} once")


def sample(suite, source):
    """Two layers, three posts, more objects than fit and fewer inspectors than one post needs."""
    codes = [f"91110000{n:010}" for n in range(60)]
    seeds = {
        "lottery": {"source": "lottery", "name": "双色球", "number": "2026001", "date": "2026-01-01",
                    "form": "6/1-33;1/1-16"},
        "parties": {"source": "parties", "parties": [{"name": n, "value": f"{n}: sixteen or more"} for n in "甲乙"]},
        "vrf": {"source": "vrf", "secret_key": RFC_9381[0][0]},
    }
    return {
        "suite": suite, "title": "抽查", "organ": "11", "law": "ab" * 32, "secret": "5a" * 32,
        "seed": seeds[source], "numbers": [[33, 2, 9, 10, 1, 21], [16]],
        "items": [["b", "11", "general"], ["a", "12", "key"]], "posts": [["11", 2], ["12", 1], ["13", 3]],
        "inspectors": [[f"C{n:03}", [(0,), (0, 1), (1,), (2,)][n % 4], n % 3] for n in range(10)],
        "layers": [{"share": 130_000, "posts": [0, 1], "codes": codes[:40]},
                   {"share": 250_000, "posts": [2, 0], "codes": codes[40:]}],
        "recused": [[0, codes[n]] for n in range(0, 60, 4)], "frozen": {"entry": 7, "on": "2026-01-01"},
    }


def with_changes(given):
    """Adds a recusal of the first object's first member, and a replacement twice in a row."""
    first = make(given)["drawn"][0]
    redrawn = {"kind": "redrawn", "on": "2026-01-02", "reason": "a relative", "code": first["code"],
               "post": 0, "out": first["teams"][0][0]}
    closed = {"kind": "replaced", "on": "2026-01-03", "reason": "closed", "code": first["code"]}
    given["changes"] = [redrawn, closed]
    second = make(given)["changes"][1]["by"]
    given["changes"].append(closed | {"code": second["code"], "on": "2026-01-04"})
    return given


def leaves(value, path=()):
    """Every place of a JSON value that is neither list nor object."""
    if isinstance(value, (dict, list)):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, name))
    else:
        yield path


def changed(value, path):
    """A copy that says something else at one place."""
    copy = json.loads(json.dumps(value))
    inner = copy
    for name in path[:-1]:
        inner = inner[name]
    old = inner[path[-1]]
    if isinstance(old, int):
        inner[path[-1]] = old + 1
    elif old is None:
        inner[path[-1]] = "x"
    else:
        inner[path[-1]] = old[:-1] + ("1" if old[-1:] == "0" else "0")
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
    for suite, source in itertools.product(SUITES, ("lottery", "parties", "vrf")):
        given = with_changes(sample(suite, source))
        published = make(given)
        require(holds(published), f"file by {suite} and {source}", "made", "does not verify")
        require(holds(make(given | {"frozen_only": True})), "frozen file", "made", "does not verify")
        for path in leaves(published):
            # A proof takes a tenth of a second to check, and test_vrf has forged proofs already.
            if path[-1] not in FREE and source != "vrf":
                require(not holds(changed(published, path)), f"file changed at {path}", "holds", "must not")
        for name in published:
            less = {other: published[other] for other in published if other != name}
            require(not holds(less), f"file without {name}", "holds", "must not")


def selftest():
    for test in (test_digests, test_vrf, test_below, test_evening_out, test_files):
        try:
            test()
        except Difference as difference:
            print(f"FAILED {test.__name__}: {difference.where}")
            print(f"  {shown(difference.stated)}\n  {shown(difference.computed)}")
            return 1
        print(f"ok {test.__name__}: {' '.join(test.__doc__.split())}", flush=True)
    return 0


# ---- command line -------------------------------------------------------------------------------------


def main(arguments):
    try:
        match arguments:
            case ["verify", path]:
                return verify_command(path)
            case ["make", path]:
                return make_command(path)
            case ["frequencies"]:
                return frequencies()
            case ["selftest"]:
                return selftest()
    except OSError as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
