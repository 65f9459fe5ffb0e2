#!/usr/bin/env python3
"""The draw of docs/DRAW.md, format `chengheng-draw/1`, written from that page alone.

    independent.py verify FILE        recompute a published file; 0 it holds, 1 it differs
    independent.py make INPUT.json    print the published file of an input (make.py)
    independent.py frequencies        chances of objects, pairs and inspectors over 10,000 seeds (checks.py)
    independent.py selftest           known answers, brute force, forged files (checks.py)

Python 3.11 and its standard library are enough. Section marks (§) are those of docs/DRAW.md.
"""

import collections
import datetime
import hashlib
import importlib
import itertools
import json
import re
import struct
import sys
from dataclasses import dataclass, field

FORMAT = "chengheng-draw/1"
WHOLE = 1_000_000


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


def is_hex(text, digits):
    return isinstance(text, str) and re.fullmatch(f"[0-9a-f]{{{digits}}}", text) is not None


def is_day(text):
    try:
        return isinstance(text, str) and datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# ---- §2 digests ---------------------------------------------------------------------------------------


def turned(x, by):
    return (x << by | x >> (32 - by)) & 0xFFFFFFFF


SM3_T = [turned(0x79CC4519 if j < 16 else 0x7A879D8A, j % 32) for j in range(64)]


def sm3_written_out(message):
    """SM3 of GB/T 32905, for builds of Python whose OpenSSL lacks it. Turns to the left are written in
    place, and bits above 32 cut off late, because a frame of a million objects takes half a million rounds
    of the outer loop."""
    mask = 0xFFFFFFFF
    state = (0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E)
    padded = message + b"\x80" + bytes((55 - len(message)) % 64) + struct.pack(">Q", 8 * len(message))
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


def sm3(message):
    try:
        return hashlib.new("sm3", message).digest()
    except ValueError:
        return sm3_written_out(message)


def sha(message):
    return hashlib.sha256(message).digest()


SUITES = {"sm": sm3, "sha": sha}


def tagged(H, purpose, *parts):
    """All digests but those of §4, of which there are millions: `chengheng-draw/1 PURPOSE`, 0x00, the parts."""
    return H(f"{FORMAT} {purpose}".encode() + b"\x00" + b"".join(parts))


# ---- §3 the frame -------------------------------------------------------------------------------------

HEAD = ("suite", "title", "organ", "law", "secret")


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


def joined(numbers):
    return ",".join(map(str, numbers))


def frame_text(frame):
    """The one way to write a frame down. Python orders texts as their bytes in UTF-8 are ordered."""
    lines = [[FORMAT]]
    lines += [[name, getattr(frame, name)] for name in HEAD]
    lines += [["seed", *frame.seed]]
    lines += [["item", *item] for item in sorted(frame.items)]
    lines += [["post", organ, str(size)] for organ, size in frame.posts]
    lines += [["inspector", name, joined(posts), str(visits)] for name, posts, visits in sorted(frame.inspectors)]
    for layer in frame.layers:
        lines.append(["layer", str(layer.share), joined(layer.posts), str(len(layer.tickets))])
        lines += [[ticket] for ticket in sorted(layer.tickets)]
    lines += [["recused", str(number), ticket] for number, ticket in sorted(frame.recused)]
    lines += [["end"]]
    return "".join("\t".join(fields) + "\n" for fields in lines)


def split_numbers(text):
    return [int(number) for number in text.split(",")] if text else []


def read_line(frame, lines, word, fields):
    if word in HEAD:
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


def parse_frame(text):
    """It reads generously, because the frame is written again and compared: what is not exactly as §3
    writes it (order, zeros in front, a missing line, a line of another word) shows there."""
    frame = Frame()
    lines = iter(text.split("\n"))
    for line in lines:
        word, *fields = line.split("\t")
        try:
            read_line(frame, lines, word, fields)
        except ValueError:
            raise Difference("frame", line, f"a line `{word}` as §3 describes it") from None
    again = frame_text(frame)
    if again != text:
        for stated, written in itertools.zip_longest(text.split("\n"), again.split("\n")):
            require(stated == written, "frame, as §3 writes it", stated, written)
    check_frame(frame)
    return frame


def check_frame(frame):
    """What the fields may say; that all stands in order is known by now."""

    def check(holds, stated, wanted):
        require(holds, "frame", stated, wanted)

    def check_posts(posts):
        check(all(0 <= post < len(frame.posts) for post in posts), f"posts {posts}", "numbers of posts")
        check(posts == sorted(set(posts)), f"posts {posts}", "strictly ascending")

    def check_once(names, what):
        names = list(names)
        check(len(set(names)) == len(names), f"{what} twice", "each once")

    check(frame.suite in SUITES, frame.suite, "suite sm or sha")
    check(is_hex(frame.secret, 64), frame.secret, "64 hexadecimal digits")
    check_source(*frame.seed)
    check_once((code for code, _, _ in frame.items), "an item")
    for code, _, kind in frame.items:
        check(kind in ("general", "key"), f"item {code} is {kind}", "general or key")
    for organ, size in frame.posts:
        check(size >= 1, f"a team of {size}", "1 or more")
    check_once((name for name, _, _ in frame.inspectors), "an inspector")
    for name, posts, visits in frame.inspectors:
        check(visits >= 0, f"inspector {name}: {visits} visits", "0 or more")
        check(posts, f"inspector {name}: no post", "one at least")
        check_posts(posts)
    for layer in frame.layers:
        check(0 <= layer.share <= WHOLE, f"share {layer.share}", "0 to 1000000")
        check_posts(layer.posts)
    tickets = [ticket for layer in frame.layers for ticket in layer.tickets]
    check_once(tickets, "a ticket")
    check_once(frame.recused, "a recusal")
    for number, _ in frame.recused:
        check(0 <= number < len(frame.inspectors), f"recused {number}", "the number of an inspector")
    for ticket in itertools.chain(tickets, (ticket for _, ticket in frame.recused)):
        check(is_hex(ticket, 32), ticket, "32 hexadecimal digits")


def frame_digest(H, text):
    """F."""
    return tagged(H, "frame", text.encode())


# ---- §4 tickets ---------------------------------------------------------------------------------------


def salt_of(H, secret, code):
    return H(b"salt\x00" + secret + code.encode())[:16]


def ticket_of(H, salt, code):
    return H(b"ticket\x00" + salt + code.encode())[:16].hex()


# ---- §5 the seed --------------------------------------------------------------------------------------

GIVEN = {"lottery": "numbers", "parties": "values", "vrf": "proof"}


def check_source(source="", *fields):
    """The line `seed` of the frame."""
    where = "frame, line seed"
    require(source in GIVEN, where, source, "lottery, parties or vrf")
    if source == "lottery":
        require(len(fields) == 4 and is_day(fields[2]), where, fields, "name, number, date, form")
        lottery_form(fields[3])
    elif source == "parties":
        names, commitments = fields[::2], fields[1::2]
        require(names and len(names) == len(commitments), where, fields, "names with commitments")
        require(all(is_hex(text, 64) for text in commitments), where, commitments, "64 hexadecimal digits")
    else:
        require(len(fields) == 1 and is_hex(fields[0], 64), where, fields, "a public key")
        require(vrf_key(bytes.fromhex(fields[0])), where, fields, "a public key of full order")


def lottery_form(form):
    """How many numbers, from which to which, for each group."""
    number = "(0|[1-9][0-9]*)"
    groups = [re.fullmatch(f"{number}/{number}-{number}", group) for group in form.split(";")]
    require(all(groups), "frame, line seed", form, "groups such as 6/1-33")
    groups = [tuple(map(int, group.groups())) for group in groups]
    possible = all(1 <= count <= most - least + 1 for count, least, most in groups)
    require(possible, "frame, line seed", form, "numbers that can be drawn")
    return groups


def lottery_material(H, digest, fields, numbers):
    where, groups = "seed.numbers", lottery_form(fields[3])
    require(isinstance(numbers, list) and len(numbers) == len(groups), where, numbers, f"form {fields[3]}")
    for (count, least, most), drawn in zip(groups, numbers):
        require(isinstance(drawn, list) and all(type(n) is int for n in drawn), where, drawn, "whole numbers")
        require(len(set(drawn)) == len(drawn) == count, where, drawn, f"{count} numbers, each once")
        require(all(least <= n <= most for n in drawn), where, drawn, f"{least} to {most}")
    return "lottery:" + ";".join(joined(sorted(drawn)) for drawn in numbers)


def commitment(H, name, value):
    return tagged(H, "commit", name.encode(), b"\x00", value.encode()).hex()


def parties_material(H, digest, fields, values):
    names, commitments = fields[::2], fields[1::2]
    require(isinstance(values, list) and len(values) == len(names), "seed.values", values, f"{len(names)} texts")
    for name, committed, value in zip(names, commitments, values):
        require(isinstance(value, str) and len(value) >= 16, "seed.values", value, "16 characters at least")
        compare(f"commitment of {name}", committed, commitment(H, name, value))
    return "parties:" + ",".join(tagged(H, "reveal", value.encode()).hex() for value in values)


def vrf_material(H, digest, fields, proof):
    require(is_hex(proof, 160), "seed.proof", proof, "160 hexadecimal digits")
    proved = vrf_verify(bytes.fromhex(fields[0]), digest, bytes.fromhex(proof))
    require(proved, "seed.proof", proof, f"a proof of key {fields[0]} for {digest.hex()}")
    return "vrf:" + proved.hex()


MATERIAL = {"lottery": lottery_material, "parties": parties_material, "vrf": vrf_material}


def seed_of(frame, digest, stated):
    """S, by what the file states of the source in the frame."""
    source, *fields = frame.seed
    require(isinstance(stated, dict), "seed", stated, "an object")
    compare("seed", sorted(stated), sorted(["source", GIVEN[source], "value"]))
    compare("seed.source", stated["source"], source)
    material = MATERIAL[source](frame.H, digest, fields, stated[GIVEN[source]])
    return tagged(frame.H, "seed", digest, material.encode())


# ---- §5 the VRF: edwards25519 of RFC 8032 and ECVRF-EDWARDS25519-SHA512-TAI of RFC 9381 -----------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)  # a square root of −1
NEUTRAL = (0, 1)


def sha512(message):
    return hashlib.sha512(message).digest()


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


def decode(encoded):
    """RFC 8032 §5.1.3; None if the bytes are no point."""
    number = int.from_bytes(encoded, "little")
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


def vrf_key(key):
    """RFC 9381 §5.4.5: the point of a key; None if there is none, or one of small order."""
    y = decode(key)
    return None if y is None or times(8, y) == NEUTRAL else y


def vrf_verify(key, alpha, proof):
    """RFC 9381 §5.3 with validation of the key: the 64 bytes, or None."""
    y, gamma = vrf_key(key), decode(proof[:32])
    c, s = int.from_bytes(proof[32:48], "little"), int.from_bytes(proof[48:], "little")
    if y is None or gamma is None or s >= Q or len(proof) != 80:
        return None
    h = encode_to_curve(key, alpha)
    u = add(times(s, BASE), negate(times(c, y)))
    v = add(times(s, h), negate(times(c, gamma)))
    return proof_to_hash(gamma) if c == challenge(key, h, gamma, u, v) else None


# ---- §6 numbers ---------------------------------------------------------------------------------------


class Stream:
    """The words of a label, and whole numbers without bias."""

    def __init__(self, H, seed, label):
        self.words = self.blocks(H, seed + label.encode() + b"\x00")

    @staticmethod
    def blocks(H, prefix):
        for i in itertools.count():
            yield from struct.unpack(">4Q", tagged(H, "stream", prefix, struct.pack(">Q", i)))

    def below(self, n):
        limit = 2**64 - 2**64 % n
        while True:
            word = next(self.words)
            if word < limit:
                return word % n


def shuffle(things, stream, steps=None):
    """For i = 0, 1, … exchange thing i with thing i + below(how many are left)."""
    for i in range(len(things) if steps is None else steps):
        j = i + stream.below(len(things) - i)
        things[i], things[j] = things[j], things[i]


# ---- §7 objects ---------------------------------------------------------------------------------------


def draw_layer(H, seed, k, size, share):
    """How many of layer k are drawn, and the order of those drawn and of the reserves."""
    stream = Stream(H, seed, f"layer {k}")
    quota, remainder = divmod(size * share, WHOLE)
    if remainder and stream.below(WHOLE) < remainder:
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
    """Who goes where, and how many visits each then has."""

    def __init__(self, frame, seed, listed):
        self.frame, self.listed, self.recused = frame, listed, set(frame.recused)
        self.jobs = list(listed)  # from here on in the order of their final numbers
        shuffle(self.jobs, Stream(frame.H, seed, "jobs"))
        self.ranked = list(range(len(frame.inspectors)))
        shuffle(self.ranked, Stream(frame.H, seed, "ranks"))
        self.rank = {b: rank for rank, b in enumerate(self.ranked)}
        self.holders = [[b for b in self.ranked if post in frame.inspectors[b][1]]
                        for post in range(len(frame.posts))]
        self.concerned = {b for job in self.jobs for b in self.holders[job.post]}
        self.loads = [visits for _, _, visits in frame.inspectors]
        self.stands = [set() for _ in frame.inspectors]  # final numbers of the jobs of each inspector
        self.groups = []  # those settled by one step 4
        self.fill(Stream(frame.H, seed, "teams"))
        self.even_out()

    def size(self, job):
        return self.frame.posts[job.post][1]

    def able(self, b, job):
        """For a holder of the post."""
        return (b, job.ticket) not in self.recused and b not in job.team

    def fill(self, stream):
        """Each place to one of those with the smallest load."""
        for number, job in enumerate(self.jobs):
            for _ in range(self.size(job)):
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
        """Steps 1 to 4."""
        unsettled = set(self.concerned)
        while unsettled:
            start = min(unsettled, key=lambda a: (-self.loads[a], self.rank[a]))
            reached, end = self.search(start, unsettled)
            if end is None:
                self.groups.append(sorted(reached))
                unsettled -= set(reached)
            else:
                self.hand_over(reached, end)

    def search(self, start, unsettled):
        """Step 2: everyone reached, each with whom and by which job; and the one whose load is smaller by two.

        A job already looked at from one member is not looked at from another: whom its other members could
        hand it to, the first has reached."""
        reached, seen, queue = {start: None}, set(), [start]
        waiting = [[b for b in holders if b in unsettled] for holders in self.holders]
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
        """Step 3: along the path, each hands on the job by which the next was reached."""
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

    def extremes(self):
        """§10, `loads`."""
        loads = [self.loads[b] for b in self.concerned] or [0]
        return {"least": min(loads), "most": max(loads)}

    def tight(self):
        """The groups that are why the spread is what it is."""
        found, least = [], self.extremes()["least"]
        for group in self.groups:
            numbers = set().union(*(self.stands[a] for a in group))
            if numbers and max(self.loads[a] for a in group) >= least + 2:
                posts = sorted({self.jobs[number].post for number in numbers})
                found.append({"inspectors": group, "posts": posts, "jobs": len(numbers)})
        return found

    def short(self):
        """§10, `short`."""
        found = []
        for job in self.listed:
            lacking, holders = self.size(job) - len(job.team), self.holders[job.post]
            if lacking:
                recused = sum((b, job.ticket) in self.recused for b in holders)
                found.append({"ticket": job.ticket, "post": job.post, "lacking": lacking,
                              "holders": len(holders), "recused": recused})
        return found


# ---- §7 and §8 together -------------------------------------------------------------------------------


@dataclass
class Draw:
    """What the seed gives. Entries are those of §10 without what opens an object (code and salt)."""

    frame: Frame
    seed: bytes
    drawn: list
    reserves: list
    teams: Teams


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
            # The lists of the jobs themselves, so that their members show here as they come in.
            drawn.append(entry | {"teams": [job.team for job in mine]})
    return Draw(frame, seed, drawn, reserves, Teams(frame, seed, jobs))


# ---- §9 after the draw --------------------------------------------------------------------------------


class Since:
    """What stands after each change, and which redraws must follow at once."""

    def __init__(self, drawn, opened):
        self.frame, self.seed, self.opened = drawn.frame, drawn.seed, opened
        self.holders = [sorted(holders) for holders in drawn.teams.holders]
        self.recused = set(drawn.frame.recused)
        self.standing = {entry["ticket"]: (entry["layer"], [list(team) for team in entry["teams"]])
                         for entry in drawn.drawn}
        self.reserves = collections.defaultdict(collections.deque)
        for entry in drawn.reserves:
            self.reserves[entry["layer"]].append(entry)
        self.redraws = collections.Counter()
        self.due = collections.deque()  # (ticket, post, member): by the frame recused from what came in

    def able(self, ticket, post):
        team = self.team(ticket, post)
        return [b for b in self.holders[post] if (b, ticket) not in self.recused and b not in team]

    def team(self, ticket, post):
        layer, teams = self.standing[ticket]
        return teams[self.frame.layers[layer].posts.index(post)]

    def replace(self, ticket):
        """The entry `by`."""
        layer, teams = self.standing[ticket]
        require(self.reserves[layer], "changes", f"{ticket} replaced", "no reserve is left")
        entry = self.reserves[layer].popleft()
        called = entry["ticket"]
        del self.standing[ticket]
        self.standing[called] = layer, teams
        for post, team in zip(self.frame.layers[layer].posts, teams):
            self.due += [(called, post, member) for member in team if (member, called) in self.recused]
        return self.opened(entry | {"teams": [list(team) for team in teams]})

    def redraw(self, ticket, post, out):
        """Who is in."""
        self.recused.add((out, ticket))
        able, team = self.able(ticket, post), self.team(ticket, post)
        require(able, "changes", f"{out} redrawn", "nobody may come in")
        shuffle(able, Stream(self.frame.H, self.seed, f"redraw {ticket} {post} {self.redraws[ticket, post]}"))
        self.redraws[ticket, post] += 1
        team[team.index(out)] = able[0]
        return able[0]

    def change(self, asked):
        """One entry of `changes`, from its kind, day, reason, ticket and, of a redraw, post and out."""
        where = "changes"
        require(isinstance(asked, dict), where, asked, "an object")
        kind, ticket, post, out = (asked.get(name) for name in ("kind", "ticket", "post", "out"))
        require(kind in ("replaced", "redrawn"), where, kind, "replaced or redrawn")
        require(is_day(asked.get("on")), where, asked.get("on"), "a day")
        require(isinstance(asked.get("reason"), str), where, asked.get("reason"), "a text")
        require(isinstance(ticket, str) and ticket in self.standing, where, ticket, "a drawn object, at that time")
        entry = {name: asked[name] for name in ("kind", "on", "reason", "ticket")}
        if self.due:
            due = ["redrawn", *self.due.popleft()]
            compare(f"{where}, a redraw that follows at once", [kind, ticket, post, out], due)
        if kind == "replaced":
            return entry | {"by": self.replace(ticket)}
        posts = self.frame.layers[self.standing[ticket][0]].posts
        require(type(post) is int and post in posts, where, post, f"a post of {posts}")
        team = self.team(ticket, post)
        require(type(out) is int and out in team, where, out, f"a member of {team}")
        return entry | {"post": post, "out": out, "in": self.redraw(ticket, post, out)}


# ---- §10 the file -------------------------------------------------------------------------------------

BEFORE = ("format", "frame", "digest", "frozen")
AFTER = ("seed", "drawn", "reserves", "short", "tight", "loads", "changes")


def opener(openings):
    """Puts code and salt into an entry."""

    def opened(entry):
        ticket = entry["ticket"]
        require(ticket in openings, "code and salt", "(absent)", f"those of {ticket}")
        code, salt = openings[ticket]
        return entry | {"code": code, "salt": salt}

    return opened


def outcome(drawn, opened):
    """The members that the seed alone decides."""
    return {
        "drawn": [opened(entry) for entry in drawn.drawn],
        "reserves": drawn.reserves,
        "short": drawn.teams.short(),
        "tight": drawn.teams.tight(),
        "loads": drawn.teams.extremes(),
    }


def listed(published, name):
    entries = published[name]
    good = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    require(good, name, entries, "a list of objects")
    return entries


def read_openings(H, published):
    """The codes and salts in the file; each pair must give its ticket."""
    entries = listed(published, "drawn") + [change.get("by") for change in listed(published, "changes")]
    openings = {}
    for entry in (entry for entry in entries if isinstance(entry, dict)):
        ticket, code, salt = (entry.get(name) for name in ("ticket", "code", "salt"))
        require(isinstance(code, str) and len(code) == 18, f"code of {ticket}", code, "18 characters")
        require(is_hex(salt, 32), f"salt of {ticket}", salt, "32 hexadecimal digits")
        compare(f"ticket of {code}", ticket, ticket_of(H, bytes.fromhex(salt), code))
        openings[ticket] = code, salt
    return openings


def verify(published, say):
    """Recomputes a published file; says one line a step; raises the first difference."""
    frame, digest = verify_frame(published, say)
    if "seed" not in published:
        return
    H = frame.H
    seed = seed_of(frame, digest, published["seed"])
    compare("seed.value", published["seed"]["value"], seed.hex())
    say("§5", f"seed {seed.hex()} by {frame.seed[0]}")
    openings = read_openings(H, published)
    say("§4", f"{len(openings)} objects opened: code and salt give the ticket")
    drawn, opened = draw(frame, seed), opener(openings)
    verify_outcome(published, outcome(drawn, opened), say)
    verify_changes(published, Since(drawn, opened), say)


def verify_frame(published, say):
    require(isinstance(published, dict), "file", type(published).__name__, "an object")
    members = BEFORE + AFTER if any(name in published for name in AFTER) else BEFORE
    compare("members of the file", sorted(published), sorted(members))
    compare("format", published["format"], FORMAT)
    require(isinstance(published["frame"], str), "frame", type(published["frame"]).__name__, "a text")
    frozen = published["frozen"]
    require(isinstance(frozen, dict) and set(frozen) == {"entry", "on"}, "frozen", frozen, "{entry, on}")
    require(type(frozen["entry"]) is int and frozen["entry"] >= 0, "frozen.entry", frozen["entry"], "a number")
    require(is_day(frozen["on"]), "frozen.on", frozen["on"], "a day")
    say("§10", f"{FORMAT}, " + ("with a seed" if "seed" in published else "frozen, the seed not known yet"))
    frame = parse_frame(published["frame"])
    objects = sum(len(layer.tickets) for layer in frame.layers)
    say("§3", f"frame: {objects} objects in {len(frame.layers)} layers, {len(frame.posts)} posts, "
              f"{len(frame.inspectors)} inspectors, {len(frame.recused)} recusals")
    digest = frame_digest(frame.H, published["frame"])
    compare("digest", published["digest"], digest.hex())
    say("§3", f"digest {digest.hex()}")
    if frame.seed[0] == "lottery":
        drawn_on = frame.seed[3]
        require(frozen["on"] <= drawn_on, "frozen.on", frozen["on"], f"{drawn_on}, when it was drawn, at most")
    return frame, digest


def verify_outcome(published, computed, say):
    # Who is drawn comes first: a difference in teams that follows from it would be the less telling one.
    for name in ("layer", "place", "at", "ticket"):
        stated = [entry.get(name) for entry in listed(published, "drawn")]
        compare(f"drawn, {name}", stated, [entry[name] for entry in computed["drawn"]])
    say("§7", f"{len(computed['drawn'])} objects drawn, in this order")
    for section, name in (("§7", "reserves"), ("§8", "drawn"), ("§8", "short"), ("§8", "tight")):
        compare(name, published[name], computed[name])
        say(section, f"{len(computed[name])} " + ("teams of objects" if name == "drawn" else name))
    compare("loads", published["loads"], computed["loads"])
    say("§8", "loads from {least} to {most}".format(**computed["loads"]))


def verify_changes(published, since, say):
    day = published["frozen"]["on"]
    for at, change in enumerate(published["changes"]):
        compare(f"changes[{at}]", change, since.change(change))
        require(change["on"] >= day, f"changes[{at}].on", change["on"], f"{day} or later")
        day = change["on"]
    require(not since.due, "changes", "(the end)", f"redraws that follow at once: {[*since.due]}")
    say("§9", f"{len(published['changes'])} changes, each by the same seed")


def once(pairs):
    """A member named twice would let two readers see two files."""
    names = [name for name, _ in pairs]
    require(len(set(names)) == len(names), "file", f"members {names}", "each once")
    return dict(pairs)


def load(octets):
    try:
        value = json.loads(octets.decode("utf-8"), object_pairs_hook=once)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # fails for half a surrogate pair
        return value
    except (ValueError, RecursionError) as trouble:
        raise Difference("file", str(trouble), "UTF-8 JSON") from None


def verify_command(path):
    with open(path, "rb") as file:
        octets = file.read()
    try:
        verify(load(octets), lambda section, line: print(f"{section:4} {line}", flush=True))
    except Difference as difference:
        print(f"DIFFERS  {difference.where}")
        print(f"  the file says        {shown(difference.stated)}")
        print(f"  recomputation gives  {shown(difference.computed)}")
        return 1
    print("all holds")
    print("not shown by the file alone: that the ledger has this digest before the seed was known, what the "
          "lottery drew,\nwhat the ledger says of changes (days, reasons, none left out)")
    return 0


def shown(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 300 else text[:300] + " …"


# ---- command line -------------------------------------------------------------------------------------


def main(arguments):
    try:
        match arguments:
            case ["verify", path]:
                return verify_command(path)
            case ["make", path]:
                return importlib.import_module("make").command(path)
            case ["frequencies" | "selftest" as name]:
                return getattr(importlib.import_module("checks"), name)()
    except OSError as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
