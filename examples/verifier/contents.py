"""The forms of section 4 of docs/protocol.md: whether content is a message of the protocol, or junk."""

import re

from feeds import base64_bytes, unpacked
from verify_proof import Refused, demand

HEIGHT, U32 = (1, 2**53 - 1), (0, 2**32 - 1)


def is_text(pattern):
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def is_integer(least, most):
    return lambda value: type(value) in (int, float) and value == int(value) and least <= value <= most


def is_base64(size, before="", behind=""):
    def check(value):
        if not isinstance(value, str) or not value.startswith(before) or not value.endswith(behind):
            return False
        base64_bytes(value[len(before) : len(value) - len(behind)], size)
        return True

    return check


LINK, FEED = is_base64(32, "%", ".sha256"), is_base64(32, "@", ".ed25519")
SIG, DIGEST, ROUND = is_base64(64), is_text("[0-9a-f]{64}"), is_integer(*U32)


def is_packed(width, least, most, order=None):
    """A packed list; `order` is the number of leading bytes by which it strictly ascends."""

    def check(value):
        entries = unpacked(value, width)
        heads = [entry[:order] for entry in entries]
        return least <= len(entries) <= most and (order is None or all(a < b for a, b in zip(heads, heads[1:])))

    return check


def is_bytes(most):
    return lambda value: 1 <= len(base64_bytes(value)) <= most


def is_exceptions(value):
    if not has_fields(value, {"count": ROUND, "first": lambda first: isinstance(first, list)}):
        return False
    count, first = value["count"], value["first"]
    return all(map(ROUND, first)) and len(first) == min(count, 64) and all(a < b for a, b in zip(first, first[1:]))


def is_transactions(value):
    return isinstance(value, list) and 1 <= len(value) <= 64 and all(map(is_bytes(8192), value))


def has_fields(value, fields):
    """All fields and no others, those with `?` if they are there."""
    if not isinstance(value, dict):
        return False
    names = {name.rstrip("?"): name for name in fields}
    if not set(value) <= set(names) or any(name not in value for name in fields if name[-1] != "?"):
        return False
    return all(fields[names[name]](value[name]) for name in value)


IS_TRUE = lambda value: value is True  # noqa: E731
QUORUM = {"signers": is_packed(2, 1, 100), "sigs": is_packed(64, 1, 100), "root": DIGEST}
VALUE = {"block": DIGEST, "xroot": DIGEST}
PLACE = {"blockid": is_integer(*HEIGHT), "round": ROUND}
CERTIFICATE = {**PLACE, "link": LINK, **VALUE, **QUORUM}
FORMS = {
    "identity": {"ownerid": FEED, "role": is_text("(?=.{1,52}$)[a-z]+(-[a-z]+)*"), "ownersig": SIG, "rolesig": SIG},
    "transaction": {"txs": is_transactions},
    "precommit": {**PLACE, "link": LINK, **VALUE, "exceptions": is_exceptions, "entry?": LINK, "sig": SIG},
    "commit": {**PLACE, "link": LINK, **VALUE, "sig": SIG},
    "seal": {"blockid": PLACE["blockid"], "link": LINK, **VALUE, "stateroot": DIGEST, "sig": SIG},
    "block": {"blockid": PLACE["blockid"], "prev": DIGEST, "hash": DIGEST},
    "assembled": {
        **PLACE,
        "slot": LINK,
        "block": DIGEST,
        "parent": DIGEST,
        "parentcert?": LINK,
        "cut": is_packed(38, 1, 100, 2),
        "cutroot": DIGEST,
        "txroot": DIGEST,
        "txcount": ROUND,
        "have": is_packed(4, 1, 100),
        "seen": is_packed(38, 0, 15, 2),
        "base": is_integer(-1, U32[1]),
        "justify": lambda value: has_fields(value, {"skipped?": LINK, "precommitted?": LINK}),
    },
    "precommitted": CERTIFICATE,
    "committed": CERTIFICATE,
    "sealed": {**CERTIFICATE, "stateroot": DIGEST},
    "evidence": {
        "proof": DIGEST,
        "part": is_integer(0, 15),
        "parts": is_integer(1, 16),
        "bytes": is_bytes(5400),
    },
}
SKIPS = {
    "precommit": {"skip": IS_TRUE, **PLACE, "entry?": LINK, "sig": SIG},
    "precommitted": {"skip": IS_TRUE, **PLACE, "prev?": LINK, **QUORUM},
}
CONTACT = {
    "type": lambda value: value == "contact",
    "contact": FEED,
    "following": lambda value: isinstance(value, bool),
    "blocking?": lambda value: isinstance(value, bool),
}


def is_message(content):
    """Whether content is a message of the protocol."""
    try:
        return has_form(content)
    except Refused:
        return False


def has_form(content):
    if not isinstance(content, dict):
        return False
    kind, data = content.get("type"), content.get("data")
    if kind == "contact":
        return has_fields(content, CONTACT) and not (content["following"] and content.get("blocking") is True)
    if not isinstance(kind, str) or set(content) != {"type", "data"} or not isinstance(data, dict):
        return False
    form = SKIPS.get(kind) if "skip" in data and kind in SKIPS else FORMS.get(kind)
    demand(form is not None and has_fields(data, form), "junk")
    return kind != "evidence" or data["part"] < data["parts"]
