#!/usr/bin/env python3
"""Verifies a BlockFin proof offline, with nothing but Python's standard library.

    python3 verify_proof.py network.json proof.json

It uses nothing that docs/protocol.md does not say and shares no code with the project, so it checks that page as much as
the proof. Section numbers below are those of the page. The answer is one line; exit code 0 if the proof holds, 1 if
it does not.
"""

import base64
import hashlib
import json
import re
import sys


class Refused(Exception):
    """The network file or the proof breaks a rule; the text says which."""


def demand(condition, what):
    if not condition:
        raise Refused(what)


# --- Section 1: notation -------------------------------------------------------------------------------------------


def H(data):
    return hashlib.sha256(data).digest()


def u(size, value):
    demand(type(value) is int and 0 <= value < 1 << (8 * size), "a number does not fit its field")
    return value.to_bytes(size, "big")


def unhex(text, size=None):
    demand(isinstance(text, str) and re.fullmatch(r"(?:[0-9a-f]{2})*", text) is not None, "malformed hexadecimal")
    demand(size is None or len(text) == 2 * size, "hexadecimal of another size")
    return bytes.fromhex(text)


def unbase64(text, size):
    demand(isinstance(text, str), "malformed base64")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("malformed base64") from None
    demand(base64.b64encode(data).decode() == text and len(data) == size, "malformed base64")
    return data


def feed_key(feed_id):
    demand(isinstance(feed_id, str) and feed_id[:1] == "@" and feed_id[-8:] == ".ed25519", "malformed feed id")
    return unbase64(feed_id[1:-8], 32)


def decimal(text):
    demand(isinstance(text, str) and re.fullmatch(r"0|[1-9][0-9]{0,19}", text) is not None, "malformed decimal")
    return int(text)


# --- Section 1: ed25519 as libsodium accepts it ----------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
IDENTITY = (0, 1, 1, 0)


def decode_point(encoded):
    """Extended coordinates (X, Y, Z, T), or None if no point of the curve has this encoding."""
    bits = int.from_bytes(encoded, "little")
    y, sign = bits & ((1 << 255) - 1), bits >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_MINUS_1 % P
    if (x * x - square) % P:
        return None
    if x & 1 != sign:
        x = -x % P
    return (x, y, 1, x * y % P)


def encode_point(point):
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    return (y * inverse % P | (x * inverse % P & 1) << 255).to_bytes(32, "little")


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0])
    b = (p[1] + p[0]) * (q[1] + q[0])
    c = 2 * D * p[3] * q[3]
    d = 2 * p[2] * q[2]
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def has_small_order(encoded):
    bits = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    point = decode_point((bits % P).to_bytes(32, "little"))
    if point is None:
        return False
    for _ in range(3):
        point = add(point, point)
    return point[0] == 0 and point[1] == point[2]


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verify(key, message, signature):
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    a = decode_point(key)
    if s >= L or a is None or has_small_order(r) or has_small_order(key):
        return False
    k = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    minus_a = (-a[0] % P, a[1], a[2], -a[3] % P)
    both = add(BASE, minus_a)
    point = IDENTITY
    for bit in range(max(s.bit_length(), k.bit_length()) - 1, -1, -1):
        point = add(point, point)
        s_bit, k_bit = s >> bit & 1, k >> bit & 1
        if s_bit or k_bit:
            point = add(point, both if s_bit and k_bit else BASE if s_bit else minus_a)
    return encode_point(point) == r


# --- Section 1: Merkle trees -----------------------------------------------------------------------------------------


def merkle_root(leaves):
    level = [H(b"\x00" + leaf) for leaf in leaves]
    if not level:
        return H(b"")
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [H(b"\x01" + pair[0] + pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]


def is_included(root, leaf, index, count, path):
    if not 0 <= index < count:
        return False
    node, position, width, path = H(b"\x00" + leaf), index, count, list(path)
    while width > 1:
        sibling = position + 1 if position % 2 == 0 else position - 1
        if sibling < width:
            if not path:
                return False
            other = path.pop(0)
            node = H(b"\x01" + node + other) if position % 2 == 0 else H(b"\x01" + other + node)
        position, width = position // 2, (width + 1) // 2
    return not path and node == root


# --- Section 2: the network file -------------------------------------------------------------------------------------

KINDS = {"validator": 1, "messagenode": 2, "observer": 3}
ROLES = {
    "validator": ["transaction-validator", "precommitter", "committer", "sealer"],
    "messagenode": [
        "empty-block-producer",
        "block-assembler",
        "precommit-counter",
        "commit-counter",
        "seal-counter",
    ],
    "observer": [],
}
ROLE_NUMBER = {role: number for number, role in enumerate(ROLES["validator"] + ROLES["messagenode"])}


def text_bytes(text):
    data = text.encode("utf-8")
    return u(2, len(data)) + data


def parameter_bytes(p):
    faulty = p["faultyMessagenodes"]
    return (
        u(2, p["protocolVersion"])
        + b"".join(u(4, p["capacity"][name]) for name in ("transactions", "bytes", "batchMs"))
        + u(4, p["emptyBlocks"]["launch"])
        + u(4, p["emptyBlocks"]["ahead"])
        + u(4, p["laneBatchMs"])
        + b"".join(u(4, p["roundTimeout"][name]) for name in ("minMs", "maxMs", "initialMs"))
        + u(2, 0xFFFF if faulty is None else faulty)
        + u(8, decimal(p["fees"]["minimum"]))
        + u(4, p["transactionLifetime"])
    )


def address_bytes(addresses):
    ssb, http = addresses["ssb"], addresses["http"]
    return (b"\x00" if ssb is None else b"\x01" + text_bytes(ssb["host"]) + u(2, ssb["port"])) + (
        b"\x00" if http is None else b"\x01" + text_bytes(http)
    )


def role_keys(member):
    demand(list(sorted(member.get("roles", {}))) == sorted(ROLES[member["kind"]]), "a member has the wrong roles")
    return [(role, member["roles"][role]) for role in ROLES[member["kind"]]]


def check_endorsements(network_id, member):
    owner = feed_key(member["id"])
    for role, entry in role_keys(member):
        key = feed_key(entry["id"])
        for direction, signer, name in ((0, owner, "ownerSignature"), (1, key, "roleSignature")):
            message = b"bf/endorse/v1" + network_id + owner + key + u(1, ROLE_NUMBER[role]) + u(1, direction)
            demand(verify(signer, message, unbase64(entry[name], 64)), f"{name} of a {role} key does not hold")


def read_network(file):
    """Chain id, number of validators, and the sealers' keys by validator index. The file is the root of trust."""
    network = file["network"]
    registrar = feed_key(network["registrar"])
    members = sorted(network["members"], key=lambda member: feed_key(member["id"]))
    balances = sorted((unhex(account, 32), decimal(amount)) for account, amount in network["balances"].items())

    demand(network["parameters"]["protocolVersion"] == 1, "another version of the protocol")
    network_id = H(
        b"bf/network/v1" + parameter_bytes(network["parameters"]) + registrar + unbase64(network["salt"], 32)
    )
    registry = u(2, len(members))
    directory = u(2, len(members))
    for member in members:
        entries = [entry for _, entry in role_keys(member)]
        registry += feed_key(member["id"]) + u(1, KINDS[member["kind"]])
        registry += b"".join(feed_key(entry["id"]) for entry in entries)
        directory += feed_key(member["id"]) + text_bytes(member["name"]) + address_bytes(member["addresses"])
        for entry in entries:
            directory += unbase64(entry["ownerSignature"], 64) + unbase64(entry["roleSignature"], 64)
    balance_bytes = u(4, len(balances)) + b"".join(account + u(8, amount) for account, amount in balances)
    chain_id = H(b"bf/chain/v1" + network_id + registry + balance_bytes)

    signed = b"bf/network-file/v1" + chain_id + unbase64(network["networkKey"], 32) + directory
    demand(verify(registrar, signed, unbase64(file["signature"], 64)), "the registrar did not sign this network file")
    keys = [feed_key(entry["id"]) for member in members for _, entry in role_keys(member)]
    mains = [feed_key(member["id"]) for member in members]
    demand(len(set(mains)) == len(mains), "a member is registered twice")
    demand(len(set(keys + mains)) == len(keys) + len(mains), "a role key is used twice")
    for member in members:
        check_endorsements(network_id, member)

    sealers = [feed_key(member["roles"]["sealer"]["id"]) for member in members if member["kind"] == "validator"]
    demand(1 <= len(sealers) <= 100, "a network has 1 to 100 validators")
    return chain_id, sealers


# --- Sections 5, 6 and 9: header, certificate, proof -----------------------------------------------------------------


def check_sealed_header(chain_id, sealers, proof):
    header, sealed = proof["header"], proof["sealed"]
    demand(proof["version"] == 1, "another version of proof")
    demand(unhex(proof["chainId"], 32) == chain_id, "the proof is of another chain")
    demand(header["epoch"] == 0, "there is only epoch 0")
    block_id = H(
        b"bf/block/v1"
        + chain_id
        + u(4, header["epoch"])
        + u(8, header["height"])
        + b"".join(unhex(header[name], 32) for name in ("slot", "parent", "cutRoot", "txRoot"))
        + u(4, header["txCount"])
    )
    demand(block_id == unhex(header["block"], 32), "the header does not hash to the block id")
    for name in ("height", "block", "xRoot"):
        demand(sealed[name] == header[name], "the seals are for another block or other results")
    check_certificate(chain_id, sealers, sealed)


def check_certificate(chain_id, sealers, sealed):
    demand(sealed["stage"] == "sealed" and sealed["round"] == 0, "not a sealed certificate")
    signers = sealed["signers"]
    signatures = [unbase64(text, 64) for text in sealed["signatures"]]
    demand(len(signers) == len(signatures), "not one signature for each signer")
    demand(all(a < b for a, b in zip(signers, signers[1:])), "signers do not ascend")
    demand(all(type(i) is int and 0 <= i < len(sealers) for i in signers), "a signer is no validator")
    demand(len(signers) >= 2 * len(sealers) // 3 + 1, "too few signatures")
    leaves = [b"bf/cert/v1" + u(1, 3) + u(2, i) + sealers[i] + sig for i, sig in zip(signers, signatures)]
    demand(merkle_root(leaves) == unhex(sealed["root"], 32), "the certificate's root does not fit its signers")
    vote = (
        b"bf/vote/v1"
        + chain_id
        + u(4, 0)
        + u(1, 3)
        + u(8, sealed["height"])
        + u(4, 0)
        + b"".join(unhex(sealed[name], 32) for name in ("block", "xRoot", "stateRoot"))
    )
    for i, signature in zip(signers, signatures):
        demand(verify(sealers[i], vote, signature), f"the signature of validator {i} is bad")


def check_transaction(proof):
    header, place, position = proof["header"], proof["place"], proof["position"]
    transaction_hash = H(unhex(proof["transaction"]))
    leaf = b"bf/tx/v1" + u(2, place["lane"]) + u(4, place["sequence"]) + u(2, place["index"]) + transaction_hash
    path = [unhex(text, 32) for text in proof["transactionPath"]]
    demand(
        is_included(unhex(header["txRoot"], 32), leaf, position, header["txCount"], path),
        "the transaction is not in the block",
    )
    leaf = b"bf/result/v1" + u(4, position) + u(1, proof["code"])
    path = [unhex(text, 32) for text in proof["resultPath"]]
    demand(
        is_included(unhex(header["xRoot"], 32), leaf, position, header["txCount"], path),
        "the transaction had another result",
    )
    outcome = "executed" if proof["code"] == 0 else f"failed with code {proof['code']}"
    return f"{outcome}: transaction {transaction_hash.hex()}"


# --- Section 8: account proofs ---------------------------------------------------------------------------------------


def bit_of(key_hash, depth):
    return key_hash[depth // 8] >> (7 - depth % 8) & 1


def map_leaf(key_hash, value_hash):
    return H(b"\x00" + b"bf/map/v1" + key_hash + value_hash)


def is_in_map(root, key, value, proof):
    """Whether the map has this value under the key, or with None no value at all."""
    siblings = [unhex(text, 32) for text in proof["siblings"]]
    other, key_hash = proof["other"], H(key)
    if len(siblings) > 256 or (value is not None and other is not None):
        return False
    if value is not None:
        end = map_leaf(key_hash, H(value))
    elif other is None:
        end = bytes(32)
    else:
        other_hash = unhex(other["keyHash"], 32)
        if other_hash == key_hash or any(
            bit_of(other_hash, depth) != bit_of(key_hash, depth) for depth in range(len(siblings))
        ):
            return False
        end = map_leaf(other_hash, unhex(other["valueHash"], 32))
    for i, sibling in enumerate(siblings):
        left = bit_of(key_hash, len(siblings) - 1 - i) == 0
        end = H(b"\x01" + end + sibling) if left else H(b"\x01" + sibling + end)
    return end == root


def check_account(proof):
    answer = proof["answer"]
    account, balance, nonce = unhex(answer["account"], 32), decimal(answer["balance"]), decimal(answer["nonce"])
    demand(proof["path"] == "accounts/" + answer["account"], "path and answer name different accounts")
    value = None if balance == 0 and nonce == 0 else u(8, balance) + u(8, nonce)
    root, registry = (unhex(proof["roots"][name], 32) for name in ("application", "registry"))
    state_root = H(b"bf/state/v1" + root + registry)
    demand(state_root == unhex(proof["sealed"]["stateRoot"], 32), "these are not the roots of the sealed state")
    demand(is_in_map(root, b"bf/account/v1" + account, value, answer["proof"]), "the state holds something else")
    return f"account {account.hex()} held {balance} STORE units, nonce {nonce},"


def check_proof(file, proof):
    """One line on what the proof shows. Raises Refused if it shows nothing."""
    chain_id, sealers = read_network(file)
    demand(proof["type"] in ("transaction-proof", "state-proof"), "neither a transaction proof nor a state proof")
    check_sealed_header(chain_id, sealers, proof)
    shown = check_transaction(proof) if proof["type"] == "transaction-proof" else check_account(proof)
    sealed = proof["sealed"]
    return f"{shown} in block {sealed['height']}, sealed by {len(sealed['signers'])} of {len(sealers)} validators"


def main(words):
    if len(words) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        file, proof = (json.load(open(name, encoding="utf-8")) for name in words)
        print(check_proof(file, proof))
        return 0
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        print(f"refused: malformed ({fault})", file=sys.stderr)
    except OSError as fault:
        print(f"cannot read: {fault}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
