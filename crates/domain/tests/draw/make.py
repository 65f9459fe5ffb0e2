"""Makes published files, by what independent.py recomputes and by proofs that only the owner of a key gives."""

import json
import sys

from independent import (
    BASE, FORMAT, GIVEN, Q, SUITES, Frame, Layer, Since, challenge, commitment, draw, encode, encode_to_curve,
    frame_digest, frame_text, load, opener, outcome, parse_frame, salt_of, seed_of, sha512, tagged, ticket_of, times,
)


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


def make(given):
    """The published file of an input, an object with these members:

    suite, title, organ, law   as in the frame
    secret                     hex of the 32 bytes of §4
    seed                       {"source": "lottery", "name", "number", "date", "form"}, each a text, or
                               {"source": "parties", "parties": [{"name", "value"}, …]} or
                               {"source": "vrf", "secret_key": hex of 32 bytes}
    items                      [[code, organ, "general" or "key"], …]
    posts                      [[organ, size], …]
    inspectors                 [[certificate, [post, …], visits], …], in order
    layers                     [{"share", "posts": [post, …], "codes": [code, …]}, …]
    recused                    [[inspector, code], …]
    frozen                     {"entry", "on"}
    numbers                    [[…], …] of a lottery
    frozen_only                true: stop before the seed
    changes                    may be absent: [{"kind": "replaced", "on", "reason", "code"},
                               {"kind": "redrawn", "on", "reason", "code", "post", "out"}, …];
                               redraws that must follow are added
    """
    H, secret = SUITES[given["suite"]], bytes.fromhex(given["secret"])
    openings, tickets = {}, {}
    for code in (code for layer in given["layers"] for code in layer["codes"]):
        salt = salt_of(H, secret, code)
        tickets[code] = ticket_of(H, salt, code)
        openings[tickets[code]] = code, salt.hex()
    text = frame_text(given_frame(given, tickets))
    frame = parse_frame(text)  # from here on, what everybody can read
    digest = frame_digest(H, text)
    published = {"format": FORMAT, "frame": text, "digest": digest.hex(), "frozen": given["frozen"]}
    if given.get("frozen_only"):
        return published
    published["seed"] = seed_stated(given, digest)
    seed = seed_of(frame, digest, published["seed"])
    published["seed"]["value"] = seed.hex()
    drawn, opened = draw(frame, seed), opener(openings)
    since, changes = Since(drawn, opened), []
    published |= json.loads(json.dumps(outcome(drawn, opened)))  # no list shared with what changes
    for asked in given.get("changes", []):
        changes.append(since.change(asked | {"ticket": tickets[asked["code"]]}))
        while since.due:
            redrawn = dict(zip(("ticket", "post", "out"), since.due[0]))
            changes.append(since.change({"kind": "redrawn", "on": asked["on"], "reason": asked["reason"]} | redrawn))
    return published | {"changes": changes}


def given_frame(given, tickets):
    H = SUITES[given["suite"]]
    return Frame(
        **{name: given[name] for name in ("suite", "title", "organ", "law")},
        secret=tagged(H, "secret", bytes.fromhex(given["secret"])).hex(),
        seed=seed_fields(H, given["seed"]),
        items=[tuple(item) for item in given["items"]],
        posts=given["posts"],
        inspectors=given["inspectors"],
        layers=[Layer(layer["share"], layer["posts"], [tickets[code] for code in layer["codes"]])
                for layer in given["layers"]],
        recused=[(number, tickets[code]) for number, code in given["recused"]],
    )


def seed_fields(H, source):
    """The fields of the line `seed`."""
    kind = source["source"]
    if kind == "lottery":
        return [kind, *(source[name] for name in ("name", "number", "date", "form"))]
    if kind == "parties":
        return [kind, *(text for party in source["parties"]
                        for text in (party["name"], commitment(H, party["name"], party["value"])))]
    return [kind, vrf_secret(bytes.fromhex(source["secret_key"]))[2].hex()]


def seed_stated(given, digest):
    """The member `seed`, before its value is known."""
    source = given["seed"]
    kind = source["source"]
    if kind == "lottery":
        found = given["numbers"]
    elif kind == "parties":
        found = [party["value"] for party in source["parties"]]
    else:
        found = vrf_prove(bytes.fromhex(source["secret_key"]), digest).hex()
    return {"source": kind, GIVEN[kind]: found, "value": ""}


def command(path):
    with open(path, "rb") as file:
        published = make(load(file.read()))
    sys.stdout.buffer.write((json.dumps(published, ensure_ascii=False, indent=2) + "\n").encode())
    return 0
