"""Writes ledger-transactions.json, ledger-map.json and ledger-execution.json.

A second, independent implementation of the ledger's byte formats and rules (only the standard library; ed25519
after RFC 8032, slow but plain), so that the vectors are not what the code under test happens to compute.

    python3 test/vectors/ledger-vectors.py
"""

import hashlib
import json
import os

# ---- ed25519 (RFC 8032, section 5.1) ----
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def point_add(a, b):
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u = 2 * a[3] * b[3] * D % P
    v = 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_mul(scalar, point):
    result = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | ((x & 1) << 255)).to_bytes(32, "little")


def expand(seed):
    h = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(h[:32], "little")
    return (scalar & ((1 << 254) - 8)) | (1 << 254), h[32:]


def public_key(seed):
    return compress(point_mul(expand(seed)[0], BASE))


def sign(seed, message):
    scalar, prefix = expand(seed)
    public = compress(point_mul(scalar, BASE))
    r = int.from_bytes(hashlib.sha512(prefix + message).digest(), "little") % ORDER
    point = compress(point_mul(r, BASE))
    h = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return point + ((r + h * scalar) % ORDER).to_bytes(32, "little")


# ---- formats ----
def sha(data):
    return hashlib.sha256(data).digest()


def u(size, value):
    return value.to_bytes(size, "big")


CHAIN_ID = sha(b"ledger vectors chain")
SEEDS = {name: sha(b"ledger vectors " + name.encode()) for name in ("alice", "bob", "carol")}
KEYS = {name: public_key(seed) for name, seed in SEEDS.items()}


def unsigned(kind, sender, nonce, valid_until, fee, body, version=1):
    return u(1, version) + u(1, kind) + KEYS[sender] + u(8, nonce) + u(8, valid_until) + u(8, fee) + body


def signed(sender, data, chain_id=CHAIN_ID):
    return data + sign(SEEDS[sender], b"bf/ledger/v1" + chain_id + data)


def transfer_body(to, amount):
    return KEYS[to] + u(8, amount)


def record_body(data):
    return u(2, len(data)) + data


# ---- the map, by plain recursion over the sorted set ----
EMPTY = bytes(32)


def bit(key_hash, depth):
    return key_hash[depth // 8] >> (7 - depth % 8) & 1


def map_root(entries, depth=0):
    """entries: list of (key hash, value)."""
    if not entries:
        return EMPTY
    if len(entries) == 1:
        key_hash, value = entries[0]
        return sha(b"\x00bf/map/v1" + key_hash + sha(value))
    left = [entry for entry in entries if bit(entry[0], depth) == 0]
    right = [entry for entry in entries if bit(entry[0], depth) == 1]
    return sha(b"\x01" + map_root(left, depth + 1) + map_root(right, depth + 1))


def root_of(contents):
    return map_root([(sha(key), value) for key, value in contents.items()])


def map_proof(contents, key):
    target, entries, depth, siblings = sha(key), [(sha(k), v) for k, v in contents.items()], 0, []
    while len(entries) > 1:
        side = bit(target, depth)
        siblings.append(map_root([e for e in entries if bit(e[0], depth) != side], depth + 1))
        entries = [e for e in entries if bit(e[0], depth) == side]
        depth += 1
    other = None
    if entries and entries[0][0] != target:
        other = {"keyHash": entries[0][0].hex(), "valueHash": sha(entries[0][1]).hex()}
    return {"siblings": [s.hex() for s in reversed(siblings)], "other": other}


def write(name, content):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")


# ---- transactions ----
def transactions():
    transfer = lambda **over: signed(
        "alice",
        unsigned(1, "alice", over.get("nonce", 7), over.get("valid_until", 120), over.get("fee", 2),
                 transfer_body("bob", over.get("amount", 1000))),
    )
    record = lambda data: signed("bob", unsigned(2, "bob", 0, 99, 5, record_body(data)))
    top = 2**64 - 1

    def case(name, raw, **fields):
        expected = {"kind": fields["kind"], "from": KEYS[fields["sender"]].hex()}
        expected |= {key: str(fields[key]) for key in ("nonce", "validUntil", "fee", "amount") if key in fields}
        expected |= {"to": KEYS["bob"].hex()} if fields["kind"] == "transfer" else {"data": fields["data"].hex()}
        return {"name": name, "bytes": raw.hex(), "hash": sha(raw).hex(), "transaction": expected}

    valid = [
        case("transfer", transfer(), kind="transfer", sender="alice", nonce=7, validUntil=120, fee=2, amount=1000),
        case("transfer of the largest numbers", transfer(nonce=top, valid_until=top, fee=top, amount=top),
             kind="transfer", sender="alice", nonce=top, validUntil=top, fee=top, amount=top),
        case("transfer of nothing is well formed", transfer(amount=0),
             kind="transfer", sender="alice", nonce=7, validUntil=120, fee=2, amount=0),
    ] + [
        case(name, record(data), kind="record", sender="bob", nonce=0, validUntil=99, fee=5, data=data)
        for name, data in (("record", b"invoice 4711"), ("empty record", b""), ("longest record", bytes(range(256)) * 8))
    ]
    good, good_record = transfer(), record(b"data")
    wrong_length = unsigned(2, "bob", 0, 99, 5, u(2, 5) + b"data")
    invalid = [
        ("empty", b"", "malformed"),
        ("header only", good[:58], "malformed"),
        ("one byte short", good[:-1], "malformed"),
        ("one byte long", good + b"\0", "malformed"),
        ("no body", good[:58] + good[-64:], "malformed"),
        ("record without length", good_record[:58] + good_record[-64:], "malformed"),
        ("record length above its data", signed("bob", wrong_length), "malformed"),
        ("record length below its data", signed("bob", unsigned(2, "bob", 0, 99, 5, u(2, 3) + b"data")), "malformed"),
        ("record one byte too long", record(bytes(2049)), "malformed"),
        ("larger than any transaction", signed("bob", unsigned(3, "bob", 0, 99, 5, bytes(4096))), "malformed"),
        ("malformed body before wrong version", signed("bob", b"\x02" + wrong_length[1:]), "malformed"),
        ("registry operation", signed("bob", unsigned(3, "bob", 0, 99, 5, b"anything")), "unsupported-kind"),
        ("kind 0", signed("bob", unsigned(0, "bob", 0, 99, 5, b"")), "unsupported-kind"),
        ("kind 255", signed("bob", unsigned(255, "bob", 0, 99, 5, b"")), "unsupported-kind"),
        ("unknown kind before wrong version", signed("bob", unsigned(9, "bob", 0, 99, 5, b"", 2)), "unsupported-kind"),
        ("version 0", signed("alice", unsigned(1, "alice", 7, 120, 2, transfer_body("bob", 1), 0)), "wrong-version"),
        ("version 2", signed("alice", unsigned(1, "alice", 7, 120, 2, transfer_body("bob", 1), 2)), "wrong-version"),
    ]
    write("ledger-transactions.json", {
        "chainId": CHAIN_ID.hex(),
        "seeds": {name: seed.hex() for name, seed in SEEDS.items()},
        "accounts": {name: key.hex() for name, key in KEYS.items()},
        "valid": valid,
        "invalid": [{"name": name, "bytes": data.hex(), "code": code} for name, data, code in invalid],
    })


# ---- map ----
def maps():
    cases = []
    for size in (0, 1, 2, 3, 7, 40):
        contents = {b"key %d" % index: b"value %d" % (index * index) for index in range(size)}
        asked = [b"key 0", b"key %d" % (size - 1), b"absent", b"another absent key", b""] if size else [b"absent"]
        cases.append({
            "entries": [[key.hex(), value.hex()] for key, value in contents.items()],
            "root": root_of(contents).hex(),
            "proofs": [
                {"key": key.hex(), "value": contents[key].hex() if key in contents else None,
                 **map_proof(contents, key)}
                for key in asked
            ],
        })
    write("ledger-map.json", {"cases": cases})


# ---- execution: one chain, block by block ----
NAMES = ["executed", "malformed", "unsupported-kind", "wrong-version", "bad-signature", "expired",
         "valid-until-too-far", "duplicate", "wrong-nonce", "fee-too-low", "insufficient-funds", "zero-amount",
         "balance-overflow"]
LIFETIME, MINIMUM_FEE, TOP = 10, 3, 2**64 - 1


class Ledger:
    def __init__(self, balances):
        self.accounts = {KEYS[name]: (balance, 0) for name, balance in balances.items()}
        self.fees = 0
        self.buckets = {}

    def contents(self):
        contents = {b"bf/fees/v1": u(8, self.fees)}
        for key, (balance, nonce) in self.accounts.items():
            contents[b"bf/account/v1" + key] = u(8, balance) + u(8, nonce)
        for height, hashes in self.buckets.items():
            running = bytes(32)
            for entry in hashes:
                running = sha(running + entry)
            contents[b"bf/consumed/v1" + u(8, height)] = u(4, len(hashes)) + running
        return contents

    def consume(self, valid_until, data):
        self.buckets.setdefault(valid_until, []).append(sha(data))

    def move(self, sender, to, amount, fee):
        balance, nonce = self.accounts[KEYS[sender]]
        self.accounts[KEYS[sender]] = (balance - amount - fee, nonce + 1)
        if amount:
            balance, nonce = self.accounts.get(KEYS[to], (0, 0))
            self.accounts[KEYS[to]] = (balance + amount, nonce)
        self.fees += fee


def execution():
    """Every block is written out by hand with its expected codes; only the bookkeeping of successes is computed."""
    balances = {"alice": 1000, "bob": TOP}
    ledger = Ledger(balances)
    genesis_root = root_of(ledger.contents()).hex()
    blocks = []

    def block(height, *steps):
        out = []
        for data, code, consumed_until, effect in steps:
            if consumed_until is not None:
                ledger.consume(consumed_until, data)
            if effect is not None:
                ledger.move(*effect)
            out.append({"bytes": data.hex(), "code": code, "number": NAMES.index(code)})
        ledger.buckets = {h: hashes for h, hashes in ledger.buckets.items() if h >= height}
        blocks.append({"height": height, "transactions": out, "root": root_of(ledger.contents()).hex()})

    def pay(sender, to, amount, nonce, until, fee=3):
        return signed(sender, unsigned(1, sender, nonce, until, fee, transfer_body(to, amount)))

    def note(sender, data, nonce, until, fee=3):
        return signed(sender, unsigned(2, sender, nonce, until, fee, record_body(data)))

    first = pay("alice", "carol", 100, 0, 5)
    over_nonce = pay("alice", "carol", 1, 9, 5)
    foreign = unsigned(1, "alice", 1, 5, 3, transfer_body("bob", 1))
    block(
        1,
        (first, "executed", 5, ("alice", "carol", 100, 3)),
        (first, "duplicate", None, None),
        (b"\x01", "malformed", None, None),
        (signed("alice", unsigned(3, "alice", 1, 5, 3, b"")), "unsupported-kind", None, None),
        (signed("alice", b"\x02" + foreign[1:]), "wrong-version", None, None),
        (signed("alice", foreign, sha(b"another chain")), "bad-signature", None, None),
        (foreign + sign(SEEDS["bob"], b"bf/ledger/v1" + CHAIN_ID + foreign), "bad-signature", None, None),
        (pay("alice", "carol", 1, 1, 0), "expired", None, None),
        (pay("alice", "carol", 1, 1, 12), "valid-until-too-far", None, None),
        (over_nonce, "wrong-nonce", 5, None),
        (over_nonce, "duplicate", None, None),
        (pay("alice", "carol", 2, 0, 5), "wrong-nonce", 5, None),
        (pay("alice", "carol", 1, 1, 5, 2), "fee-too-low", 5, None),
        (pay("alice", "carol", 895, 1, 5), "insufficient-funds", 5, None),
        (pay("alice", "carol", TOP, 1, 5, TOP), "insufficient-funds", 5, None),
        (pay("alice", "carol", 0, 1, 5), "zero-amount", 5, None),
        (pay("alice", "bob", 1, 1, 5), "balance-overflow", 5, None),
        (pay("alice", "alice", 894, 1, 11), "executed", 11, ("alice", "alice", 894, 3)),
        (note("alice", b"hello", 2, 1), "executed", 1, ("alice", "alice", 0, 3)),
        (note("carol", b"", 0, 6), "executed", 6, ("carol", "carol", 0, 3)),
    )
    # The bucket of height 1 is dropped at 2, and what was in it is expired now; others are still known.
    block(2, (note("alice", b"hello", 2, 1), "expired", None, None), (first, "duplicate", None, None))
    # What was valid for too long at height 1 may run later.
    late = pay("alice", "carol", 1, 3, 12)
    block(3, (late, "executed", 12, ("alice", "carol", 1, 3)))
    # The whole of an account: it stays, with its nonce.
    block(9, (pay("carol", "bob", 95, 1, 19), "balance-overflow", 19, None),
          (pay("carol", "alice", 95, 1, 9), "executed", 9, ("carol", "alice", 95, 3)))
    block(20)

    write("ledger-execution.json", {
        "chainId": CHAIN_ID.hex(),
        "minimumFee": MINIMUM_FEE,
        "transactionLifetime": LIFETIME,
        "balances": {KEYS[name].hex(): str(balance) for name, balance in balances.items()},
        "genesisRoot": genesis_root,
        "blocks": blocks,
        "supply": str(sum(balances.values())),
        "fees": str(ledger.fees),
        "accounts": [
            {"account": key.hex(), "balance": str(balance), "nonce": str(nonce)}
            for key, (balance, nonce) in ledger.accounts.items()
        ],
    })


transactions()
maps()
execution()
