"""Feeds of a BlockFin network as docs/protocol.md describes them: members, messages, votes, certificates, blocks.

Like verify_proof.py it uses nothing that the page does not say. Section numbers are those of the page.
"""

import base64
import json

import verify_proof
from verify_proof import ROLES, H, Refused, decode_point, demand, feed_key, has_small_order, merkle_root, u

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

NO_HASH = bytes(32)
KNOWN = {}
GOOD_KEYS = {}


def verify(key, message, signature):
    """Section 1. A library does the arithmetic if there is one, and what libsodium also refuses is refused here."""
    name = (key, message, signature)
    if name not in KNOWN:
        KNOWN[name] = len(signature) == 64 and check(key, message, signature)
    return KNOWN[name]


def check(key, message, signature):
    if Ed25519PublicKey is None:
        return verify_proof.verify(key, message, signature)
    if key not in GOOD_KEYS:
        GOOD_KEYS[key] = decode_point(key) is not None and not has_small_order(key)
    if not GOOD_KEYS[key] or has_small_order(signature[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except InvalidSignature:
        return False


# --- Section 1: text forms; section 3: messages ------------------------------------------------------------------------


def base64_bytes(text, size=None):
    demand(isinstance(text, str), "malformed base64")
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused("malformed base64") from None
    demand(base64.b64encode(data).decode() == text, "malformed base64")
    demand(size is None or len(data) == size, "base64 of another size")
    return data


def key_bytes(key):
    demand(isinstance(key, str) and key[:1] == "%" and key[-7:] == ".sha256", "malformed message key")
    return base64_bytes(key[1:-7], 32)


def hash_bytes(text):
    return verify_proof.unhex(text, 32)


def text_of(value):
    """What ECMAScript's JSON.stringify(value, null, 2) gives for text, integers and booleans."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def low_bytes(text):
    """Each UTF-16 code unit as its low byte."""
    return text.encode("utf-16-le")[::2]


def size_of(value):
    return len(text_of(value).encode("utf-16-le")) // 2


def message_key(value):
    return "%" + base64.b64encode(H(low_bytes(text_of(value)))).decode() + ".sha256"


FIELDS = ["previous", "author", "sequence", "timestamp", "hash", "content", "signature"]
OLD_FIELDS = ["previous", "sequence", "author", "timestamp", "hash", "content", "signature"]


def check_message(value):
    """Shape, size and signature of one message. Raises Refused."""
    demand(isinstance(value, dict) and list(value) in (FIELDS, OLD_FIELDS), "a message has other fields")
    demand(type(value["sequence"]) is int and value["sequence"] >= 1, "a sequence is no number from 1 on")
    demand((value["previous"] is None) == (value["sequence"] == 1), "only the first message has no previous one")
    demand(value["hash"] == "sha256" and size_of(value) <= 8192, "another hash, or a message too large")
    text = value["signature"]
    demand(isinstance(text, str) and text.endswith(".sig.ed25519"), "malformed signature")
    unsigned = {name: value[name] for name in value if name != "signature"}
    signature = base64_bytes(text[: -len(".sig.ed25519")], 64)
    demand(verify(feed_key(value["author"]), text_of(unsigned).encode(), signature), "a signature of a message is bad")


# --- Section 2: who is who ---------------------------------------------------------------------------------------------


class Network:
    def __init__(self, file):
        self.chain_id, _ = verify_proof.read_network(file)
        members = sorted(file["network"]["members"], key=lambda member: feed_key(member["id"]))
        self.parameters = file["network"]["parameters"]
        self.validators = [member for member in members if member["kind"] == "validator"]
        self.messagenodes = [member for member in members if member["kind"] == "messagenode"]
        self.quorum = 2 * len(self.validators) // 3 + 1
        self.lanes = [member["roles"]["transaction-validator"]["id"] for member in self.validators]
        self.slots = [H(b"bf/empty/v1" + self.chain_id)]
        # Feed id -> (member, role, index among its kind); the main feed has the role "main".
        self.places = {}
        for kind in (self.validators, self.messagenodes, [m for m in members if m["kind"] == "observer"]):
            for index, member in enumerate(kind):
                self.places[member["id"]] = (member, "main", index)
                for role in ROLES[member["kind"]]:
                    self.places[member["roles"][role]["id"]] = (member, role, index)

    def key_of(self, index, stage):
        return feed_key(self.validators[index]["roles"][STAGE_ROLE[stage]]["id"])

    def slot(self, height):
        """E(h), section 5."""
        while len(self.slots) <= height:
            self.slots.append(H(b"bf/empty/v1" + self.chain_id + u(8, len(self.slots)) + self.slots[-1]))
        return self.slots[height]


STAGE_ROLE = {1: "precommitter", 2: "committer", 3: "sealer", 4: "precommitter"}
CONTENT_OF = {
    "main": ("identity", "contact", "evidence"),
    "transaction-validator": ("identity", "transaction"),
    "precommitter": ("identity", "precommit"),
    "committer": ("identity", "commit"),
    "sealer": ("identity", "seal"),
    "empty-block-producer": ("identity", "block"),
    "block-assembler": ("identity", "assembled"),
    "precommit-counter": ("identity", "precommitted"),
    "commit-counter": ("identity", "committed"),
    "seal-counter": ("identity", "sealed"),
}


# --- Sections 4 and 6: votes and certificates --------------------------------------------------------------------------


def stage_of(content):
    kind, data = content["type"], content["data"]
    if kind in ("precommit", "precommitted"):
        return 4 if data.get("skip") is True else 1
    return {"commit": 2, "committed": 2, "seal": 3, "sealed": 3}[kind]


def value_of(content):
    """What is voted on: block, xRoot and, in seals, the state root."""
    data, stage = content["data"], stage_of(content)
    if stage == 4:
        return (NO_HASH, NO_HASH)
    names = ("block", "xroot", "stateroot") if stage == 3 else ("block", "xroot")
    return tuple(hash_bytes(data[name]) for name in names)


def round_of(content):
    """A seal has no round of its own: 0 is signed."""
    return 0 if stage_of(content) == 3 else content["data"]["round"]


def vote_bytes(network, content):
    return (
        b"bf/vote/v1"
        + network.chain_id
        + u(4, 0)
        + u(1, stage_of(content))
        + u(8, content["data"]["blockid"])
        + u(4, round_of(content))
        + b"".join(value_of(content))
    )


def is_vote(content):
    return isinstance(content, dict) and content.get("type") in ("precommit", "commit", "seal")


def is_certificate(content):
    return isinstance(content, dict) and content.get("type") in ("precommitted", "committed", "sealed")


def is_vote_signed(network, author, content):
    signature = base64_bytes(content["data"]["sig"], 64)
    return verify(feed_key(author), vote_bytes(network, content), signature)


def fault_of_certificate(network, content):
    """The first rule of section 6 that a certificate breaks, or None."""
    data, stage = content["data"], stage_of(content)
    if stage == 3 and data["round"] != 0:
        return "nonzero-seal-round"
    packed, signatures = base64_bytes(data["signers"]), base64_bytes(data["sigs"])
    demand(len(packed) % 2 == 0 and len(signatures) % 64 == 0, "signers or signatures are no whole entries")
    signers = [int.from_bytes(packed[i : i + 2], "big") for i in range(0, len(packed), 2)]
    sigs = [signatures[i : i + 64] for i in range(0, len(signatures), 64)]
    if len(signers) != len(sigs):
        return "signature-count"
    if any(a >= b for a, b in zip(signers, signers[1:])):
        return "duplicate or unsorted signers"
    if any(index >= len(network.validators) for index in signers):
        return "unknown-signer"
    if len(signers) < network.quorum:
        return "below-quorum"
    keys = [network.key_of(index, stage) for index in signers]
    leaves = [
        b"bf/cert/v1" + u(1, stage) + u(2, index) + key + sig for index, key, sig in zip(signers, keys, sigs)
    ]
    if merkle_root(leaves) != hash_bytes(data["root"]):
        return "wrong-root"
    message = vote_bytes(network, content)
    return None if all(verify(key, message, sig) for key, sig in zip(keys, sigs)) else "bad-signature"


# --- Section 5: blocks -------------------------------------------------------------------------------------------------


def block_id(network, data):
    return H(
        b"bf/block/v1"
        + network.chain_id
        + u(4, 0)
        + u(8, data["blockid"])
        + network.slot(data["blockid"])
        + hash_bytes(data["parent"])
        + hash_bytes(data["cutroot"])
        + hash_bytes(data["txroot"])
        + u(4, data["txcount"])
    )


def unpacked(text, size):
    data = base64_bytes(text)
    demand(len(data) % size == 0, "a packed list is of no whole entries")
    return [data[i : i + size] for i in range(0, len(data), size)]


def advances_of(data):
    """Lane, sequence and tip key of each lane that advances."""
    return [
        (int.from_bytes(entry[:2], "big"), int.from_bytes(entry[2:6], "big"), entry[6:])
        for entry in unpacked(data["cut"], 38)
    ]


def cut_root(network, cut):
    return merkle_root(
        [b"bf/cut/v1" + feed_key(lane) + u(4, sequence) + tip for lane, (sequence, tip) in zip(network.lanes, cut)]
    )


def transactions_of(content):
    """Junk in a lane, and its identity, have none."""
    if not isinstance(content, dict) or list(content) != ["type", "data"] or content["type"] != "transaction":
        return []
    data = content["data"]
    if not isinstance(data, dict) or list(data) != ["txs"] or not isinstance(data["txs"], list):
        return []
    try:
        txs = [base64_bytes(text) for text in data["txs"]]
    except Refused:
        return []
    return txs if 1 <= len(txs) <= 64 and all(txs) else []


def transaction_leaves(lane, sequence, content):
    return [
        b"bf/tx/v1" + u(2, lane) + u(4, sequence) + u(2, index) + H(tx)
        for index, tx in enumerate(transactions_of(content))
    ]
