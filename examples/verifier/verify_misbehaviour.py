#!/usr/bin/env python3
"""Verifies a proof of misbehaviour offline: one or two signed messages that convict their author.

    python3 verify_misbehaviour.py network.json proof.json

It follows section 9 of docs/protocol.md and shares no code with the project. Exit code 0 if the proof convicts, 1 if it
does not, 2 if its code is one that this program does not know.
"""

import json
import sys

from feeds import (
    CONTENT_OF,
    Network,
    check_message,
    fault_of_certificate,
    hash_bytes,
    is_certificate,
    is_vote,
    is_vote_signed,
    message_key,
    round_of,
    stage_of,
    value_of,
)
from verify_proof import Refused, demand


class Unknown(Exception):
    """A code that is not judged here."""


def is_fork(a, b):
    if a["author"] != b["author"] or message_key(a) == message_key(b):
        return False
    first, second = sorted((a, b), key=lambda value: value["sequence"])
    return first["sequence"] == second["sequence"] or (
        second["sequence"] == first["sequence"] + 1 and second["previous"] != message_key(first)
    )


def signed_votes(network, a, b):
    """Both are votes of one feed, in the feed of the role, and well signed."""
    return a["author"] == b["author"] and all(
        is_vote(value["content"])
        and value["content"]["type"] in CONTENT_OF[network.places[value["author"]][1]]
        and is_vote_signed(network, value["author"], value["content"])
        for value in (a, b)
    )


def slot_of(value):
    content = value["content"]
    return content["data"]["blockid"], round_of(content)


def is_double_vote(kind):
    def judge(network, a, b):
        return (
            signed_votes(network, a, b)
            and all(value["content"]["type"] == kind and stage_of(value["content"]) != 4 for value in (a, b))
            and slot_of(a) == slot_of(b)
            and value_of(a["content"]) != value_of(b["content"])
        )

    return judge


def is_commit_and_skip(network, a, b):
    votes = {stage_of(value["content"]): value for value in (a, b) if is_vote(value["content"])}
    if set(votes) != {2, 4} or slot_of(a) != slot_of(b):
        return False
    places = [network.places[value["author"]] for value in (a, b)]
    return places[0][0]["id"] == places[1][0]["id"] and all(
        is_vote_signed(network, value["author"], value["content"]) for value in (a, b)
    )


def is_double_proposal(network, a, b):
    same = all(value["content"].get("type") == "assembled" for value in (a, b)) and slot_of_proposal(
        a
    ) == slot_of_proposal(b)
    return same and a["author"] == b["author"] and message_key(a) != message_key(b)


def slot_of_proposal(value):
    return value["content"]["data"]["blockid"], value["content"]["data"]["round"]


def is_against_quorum(part):
    """A vote, and a valid certificate for the same height and block with another xRoot (1) or state root (2)."""

    def judge(network, a, b):
        for vote, certificate in ((a, b), (b, a)):
            if not is_vote(vote["content"]) or not is_certificate(certificate["content"]):
                continue
            values = [value_of(each["content"]) for each in (vote, certificate)]
            same_height = vote["content"]["data"]["blockid"] == certificate["content"]["data"]["blockid"]
            if not same_height or values[0][0] != values[1][0] or min(map(len, values)) <= part:
                continue
            differ = values[0][part] != values[1][part]
            if differ and is_vote_signed(network, vote["author"], vote["content"]):
                return fault_of_certificate(network, certificate["content"]) is None
        return False

    return judge


def is_conflict(network, a, b):
    if not all(is_certificate(value["content"]) for value in (a, b)) or slot_of(a) != slot_of(b):
        return False
    stages = {stage_of(value["content"]) for value in (a, b)}
    excluded = len(stages) == 1 and value_of(a["content"]) != value_of(b["content"]) or stages == {2, 4}
    return excluded and all(fault_of_certificate(network, value["content"]) is None for value in (a, b))


def in_order(a, b):
    return sorted((a, b), key=lambda value: value["sequence"])


def is_height_backwards(network, a, b):
    first, second = in_order(a, b)
    return (
        signed_votes(network, a, b)
        and first["sequence"] < second["sequence"]
        and second["content"]["data"]["blockid"] < first["content"]["data"]["blockid"]
    )


def is_timestamp_backwards(_network, a, b):
    first, second = in_order(a, b)
    return (
        a["author"] == b["author"]
        and first["sequence"] < second["sequence"]
        and second["timestamp"] <= first["timestamp"]
    )


def is_sequence_gap(_network, a, b):
    return a["author"] == b["author"] and any(
        second["previous"] == message_key(first) and second["sequence"] != first["sequence"] + 1
        for first, second in ((a, b), (b, a))
    )


def is_slot_gap(_network, a, b):
    for first, second in ((a, b), (b, a)):
        if second["previous"] != message_key(first) or second["content"].get("type") != "block":
            continue
        before = {"block": lambda data: data["blockid"], "identity": lambda _data: 0}.get(first["content"]["type"])
        if before and second["content"]["data"]["blockid"] != before(first["content"]["data"]) + 1:
            return True
    return False


def is_wrong_slot(network, value):
    content = value["content"]
    demand(content["type"] == "block" and content["data"]["blockid"] <= 65_536, "no empty block to recompute")
    height, data = content["data"]["blockid"], content["data"]
    return hash_bytes(data["hash"]) != network.slot(height) or hash_bytes(data["prev"]) != network.slot(height - 1)


def is_out_of_turn(network, value):
    height, round_ = slot_of_proposal(value)
    turn = (height + round_) % len(network.messagenodes)
    return value["content"]["type"] == "assembled" and network.places[value["author"]][2] != turn


PAIRS = {
    "feed-fork": lambda _network, a, b: is_fork(a, b),
    "double-precommit": is_double_vote("precommit"),
    "double-commit": is_double_vote("commit"),
    "double-seal": is_double_vote("seal"),
    "commit-and-skip": is_commit_and_skip,
    "double-proposal": is_double_proposal,
    "wrong-results": is_against_quorum(1),
    "wrong-state-root": is_against_quorum(2),
    "conflicting-certificates": is_conflict,
    "height-backwards": is_height_backwards,
    "timestamp-backwards": is_timestamp_backwards,
    "sequence-gap": is_sequence_gap,
    "slot-gap": is_slot_gap,
}
SINGLES = {
    "out-of-turn": is_out_of_turn,
    "wrong-empty-block": is_wrong_slot,
    "bad-certificate": lambda network, value: is_certificate(value["content"])
    and fault_of_certificate(network, value["content"]) is not None,
    "bad-vote": lambda network, value: is_vote(value["content"])
    and not is_vote_signed(network, value["author"], value["content"]),
    "wrong-feed": lambda network, value: value["content"]["type"]
    not in CONTENT_OF[network.places[value["author"]][1]],
}


def check_misbehaviour(network, proof):
    """Names of the culprits. Raises Refused if nobody is convicted, Unknown for a code that is not judged here."""
    demand(list(proof) == ["type", "version", "chainId", "code", "culprits", "messages"], "malformed proof")
    demand(proof["type"] == "evidence-proof" and proof["version"] == 1, "malformed proof")
    demand(hash_bytes(proof["chainId"]) == network.chain_id, "the proof is of another chain")
    messages = proof["messages"]
    for value in messages:
        check_message(value)
        demand(value["author"] in network.places, "a message is of no member")
    rules, code = (SINGLES, PAIRS)[len(messages) - 1], proof["code"]
    if code not in rules:
        raise Unknown(code)
    demand(rules[code](network, *messages), f"the messages do not prove {code}")
    culprits = {entry["owner"]: entry["role"] for entry in proof["culprits"]}
    if code != "conflicting-certificates":
        authors = {network.places[value["author"]][0]["id"] for value in messages}
        demand(set(culprits) <= authors and culprits, "the messages convict somebody else")
    return sorted(network.places[owner][0]["name"] for owner in culprits)


def main(words):
    if len(words) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        file, proof = (json.load(open(name, encoding="utf-8")) for name in words)
        print(f"{proof['code']}: {', '.join(check_misbehaviour(Network(file), proof))}")
        return 0
    except Unknown as code:
        print(f"not judged by this program: {code}", file=sys.stderr)
        return 2
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
        print(f"refused: malformed ({fault})", file=sys.stderr)
    except OSError as fault:
        print(f"cannot read: {fault}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
