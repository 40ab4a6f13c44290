#!/usr/bin/env python3
"""Verifies proofs of misbehaviour offline: signed messages that convict their author.

    python3 verify_misbehaviour.py network.json proof.json [proof.json ...]

It follows section 9 of docs/protocol.md, judges every code there, and shares no code with the project. A file holds a
proof or a list of them. One line for each; exit code 0 if all convict, 1 if one does not.
"""

import json
import sys

from contents import is_message
from feeds import (
    Network,
    base64_bytes,
    check_message,
    fault_of_certificate,
    hash_bytes,
    is_certificate,
    is_vote_signed,
    message_key,
    round_of,
    stage_of,
    value_of,
)
from feeds import is_vote as has_vote_type
from proposals import (
    fault_of_link,
    is_assembled,
    is_beside_quorum,
    is_flawed,
    is_have_behind_seen,
    is_out_of_turn,
    is_proved_by_lanes,
    is_valid_certificate,
    stands_right,
)
from verify_proof import H, Refused, demand, u

SLOTS = 65_536
ROLE_OF_STAGE = {1: "precommitter", 2: "committer", 3: "sealer", 4: "precommitter"}


# --- What a message is -------------------------------------------------------------------------------------------------


def is_vote(network, value):
    """A vote in the feed of its role, with a good signature of its own."""
    content = value["content"]
    return (
        has_vote_type(content)
        and is_message(content)
        and stands_right(network, value)
        and is_vote_signed(network, value["author"], content)
    )


def is_block(value):
    return is_message(value["content"]) and value["content"]["type"] == "block"


def place_of(network, value):
    member, role, _ = network.places[value["author"]]
    return member["id"], role


def slot_of(value):
    content = value["content"]
    return content["data"]["blockid"], round_of(content)


# --- Pairs ---------------------------------------------------------------------------------------------------------------


def in_one_feed(rule):
    """The two stand in one feed of a validator or Messagenode, and the rule is given the earlier one first."""

    def judge(network, a, b):
        kind = network.places[a["author"]][0]["kind"]
        if a["author"] != b["author"] or message_key(a) == message_key(b) or kind == "observer":
            return None
        first, second = sorted((a, b), key=lambda value: value["sequence"])
        return [place_of(network, a)] if rule(network, first, second) else None

    return judge


def fork(network, a, b):
    if a["author"] != b["author"] or message_key(a) == message_key(b):
        return None
    first, second = sorted((a, b), key=lambda value: value["sequence"])
    follows = second["sequence"] == first["sequence"] + 1 and second["previous"] != message_key(first)
    return [place_of(network, a)] if first["sequence"] == second["sequence"] or follows else None


def double_vote(kind):
    def rule(network, a, b):
        return (
            all(is_vote(network, value) and value["content"]["type"] == kind for value in (a, b))
            and all(stage_of(value["content"]) != 4 for value in (a, b))
            and slot_of(a) == slot_of(b)
            and value_of(a["content"]) != value_of(b["content"])
        )

    return in_one_feed(rule)


def commit_and_skip(network, a, b):
    if not all(is_vote(network, value) for value in (a, b)) or slot_of(a) != slot_of(b):
        return None
    by_stage = {stage_of(value["content"]): value for value in (a, b)}
    if set(by_stage) != {2, 4}:
        return None
    places = [place_of(network, by_stage[stage]) for stage in (2, 4)]
    return places if places[0][0] == places[1][0] else None


def double_proposal(network, a, b):
    places = [value["content"]["data"] for value in (a, b) if is_assembled(value) and stands_right(network, value)]
    return len(places) == 2 and all(places[0][name] == places[1][name] for name in ("blockid", "round"))


def against_quorum(part):
    """A vote, and a valid certificate for the same height and block with another xRoot (1) or state root (2)."""

    def judge(network, a, b):
        for vote, certificate in ((a, b), (b, a)):
            if not is_vote(network, vote) or not is_valid_certificate(network, certificate):
                continue
            values = [value_of(each["content"]) for each in (vote, certificate)]
            same_height = vote["content"]["data"]["blockid"] == certificate["content"]["data"]["blockid"]
            stages = [stage_of(each["content"]) for each in (vote, certificate)]
            if 4 in stages or not same_height or values[0][0] != values[1][0] or min(map(len, values)) <= part:
                continue
            if values[0][part] != values[1][part]:
                return [place_of(network, vote)]
        return None

    return judge


def conflict(network, a, b):
    if not all(is_valid_certificate(network, value) for value in (a, b)) or slot_of(a) != slot_of(b):
        return None
    contents = [value["content"] for value in (a, b)]
    stages = {stage_of(content) for content in contents}
    if not (len(stages) == 1 and value_of(contents[0]) != value_of(contents[1]) or stages == {2, 4}):
        return None
    signers = [set(signers_of(content)) for content in contents]
    role = ROLE_OF_STAGE[min(stages)]
    return [(network.validators[index]["id"], role) for index in sorted(signers[0] & signers[1])] or None


def signers_of(content):
    packed = base64_bytes(content["data"]["signers"])
    return [int.from_bytes(packed[i : i + 2], "big") for i in range(0, len(packed), 2)]


def height_backwards(network, first, second):
    return (
        all(is_vote(network, value) for value in (first, second))
        and first["sequence"] < second["sequence"]
        and second["content"]["data"]["blockid"] < first["content"]["data"]["blockid"]
    )


def timestamp_backwards(_network, first, second):
    return first["sequence"] < second["sequence"] and second["timestamp"] <= first["timestamp"]


def sequence_gap(_network, a, b):
    return any(
        later["previous"] == message_key(earlier) and later["sequence"] != earlier["sequence"] + 1
        for earlier, later in ((a, b), (b, a))
    )


def slot_gap(_network, first, second):
    if second["previous"] != message_key(first) or not is_block(second):
        return False
    height = second["content"]["data"]["blockid"]
    if is_block(first):
        return height != first["content"]["data"]["blockid"] + 1
    return is_message(first["content"]) and first["content"]["type"] == "identity" and height != 1


def unlinked_slots(_network, first, second):
    if not is_block(first) or not is_block(second):
        return False
    a, b = first["content"]["data"], second["content"]["data"]
    return b["blockid"] == a["blockid"] + 1 and b["prev"] != a["hash"]


def have_behind_seen(network, a, b):
    for quoting, quoted in ((a, b), (b, a)):
        if is_have_behind_seen(network, quoting, quoted):
            return [place_of(network, quoting)]
    return None


def beside_quorum(network, a, b):
    for proposal, certificate in ((a, b), (b, a)):
        if is_beside_quorum(network, proposal, certificate):
            return [place_of(network, proposal)]
    return None


def linked(code):
    def judge(network, a, b):
        for vote, other in ((a, b), (b, a)):
            if is_vote(network, vote) and fault_of_link(network, vote, other) == code:
                return [place_of(network, vote)]
        return None

    return judge


# --- Single messages -----------------------------------------------------------------------------------------------------


def wrong_slot(network, value):
    if not is_block(value):
        return False
    height, data = value["content"]["data"]["blockid"], value["content"]["data"]
    before, right = hash_bytes(data["prev"]), None
    if height - 1 <= SLOTS and before != network.slot(height - 1):
        return True
    right = network.slot(height) if height <= SLOTS else H(b"bf/empty/v1" + network.chain_id + u(8, height) + before)
    return hash_bytes(data["hash"]) != right


def bad_vote(network, value):
    return has_vote_type(value["content"]) and not is_vote_signed(network, value["author"], value["content"])


def bad_certificate(network, value):
    return is_certificate(value["content"]) and fault_of_certificate(network, value["content"]) is not None


def alone(rule):
    """The rule is for messages of the protocol in the feed where they belong."""
    return lambda network, value: is_message(value["content"]) and stands_right(network, value) and rule(network, value)


PAIRS = {
    "feed-fork": [fork],
    "double-precommit": [double_vote("precommit")],
    "double-commit": [double_vote("commit")],
    "double-seal": [double_vote("seal")],
    "commit-and-skip": [commit_and_skip],
    "double-proposal": [in_one_feed(double_proposal)],
    "wrong-results": [against_quorum(1)],
    "wrong-state-root": [against_quorum(2)],
    "conflicting-certificates": [conflict],
    "height-backwards": [in_one_feed(height_backwards)],
    "timestamp-backwards": [in_one_feed(timestamp_backwards)],
    "sequence-gap": [in_one_feed(sequence_gap)],
    "slot-gap": [in_one_feed(slot_gap)],
    "wrong-empty-block": [in_one_feed(unlinked_slots)],
    "have-behind-seen": [have_behind_seen],
    "invalid-proposal": [beside_quorum],
    "voted-for-invalid": [linked("voted-for-invalid")],
    "unfounded-vote": [linked("unfounded-vote")],
}
SINGLES = {
    "junk": lambda _network, value: not is_message(value["content"]),
    "wrong-feed": lambda network, value: is_message(value["content"]) and not stands_right(network, value),
    "bad-vote": alone(bad_vote),
    "bad-certificate": alone(bad_certificate),
    "out-of-turn": alone(lambda network, value: is_assembled(value) and is_out_of_turn(network, value)),
    "invalid-proposal": alone(is_flawed),
    "wrong-empty-block": alone(wrong_slot),
}
BY_LANES = {1: "invalid-proposal", 2: "voted-for-invalid"}


def culprits_of(network, code, messages, lanes):
    """Owner and role of everyone whom the messages convict of this; None if nobody."""
    if lanes is not None:
        proved = BY_LANES[len(messages)] == code and is_proved_by_lanes(network, lanes, *messages)
        accused = [value for value in messages if len(messages) == 1 or not is_assembled(value)]
        return [place_of(network, accused[0])] if proved else None
    if len(messages) == 2:
        found = (rule(network, *messages) for rule in PAIRS.get(code, []))
        return next((culprits for culprits in found if culprits), None)
    [value] = messages
    member, role, _ = network.places[value["author"]]
    is_judged = member["kind"] != "observer" and role != "main" and code in SINGLES
    return [(member["id"], role)] if is_judged and SINGLES[code](network, value) else None


FIELDS = {"type", "version", "chainId", "code", "culprits", "messages"}


def check_misbehaviour(network, proof):
    """Names of the culprits. Raises Refused if nobody is convicted."""
    demand(isinstance(proof, dict) and set(proof) - {"lanes"} == FIELDS, "malformed proof")
    demand(proof["type"] == "evidence-proof" and proof["version"] == 1, "malformed proof")
    demand(hash_bytes(proof["chainId"]) == network.chain_id, "the proof is of another chain")
    messages, code = proof["messages"], proof["code"]
    demand(len(messages) in (1, 2) and code in {**PAIRS, **SINGLES}, "malformed proof")
    for value in messages:
        check_message(value)
        demand(value["author"] in network.places, "a message is of no member")
    culprits = culprits_of(network, code, messages, proof.get("lanes"))
    demand(culprits is not None, f"the messages do not prove {code}")
    stated = [(entry["owner"], entry["role"]) for entry in proof["culprits"]]
    demand(stated == culprits, "the messages convict somebody else")
    names = {member["id"]: member["name"] for member, _, _ in network.places.values()}
    return sorted({names[owner] for owner, _ in culprits})


def main(words):
    if len(words) < 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        network = Network(json.load(open(words[0], encoding="utf-8")))
    except (Refused, KeyError, TypeError, AttributeError, ValueError) as fault:
        print(f"refused: the network file ({fault})", file=sys.stderr)
        return 1
    code = 0
    for name in words[1:]:
        try:
            read = json.load(open(name, encoding="utf-8"))
        except (OSError, ValueError) as fault:
            print(f"cannot read: {fault}", file=sys.stderr)
            code = 1
            continue
        for proof in read if isinstance(read, list) else [read]:
            convicts, line = judged(network, proof)
            code = code if convicts else 1
            print(line, file=sys.stdout if convicts or isinstance(read, list) else sys.stderr)
    return code


def judged(network, proof):
    """Whether a proof convicts, and a line on whom, or why not."""
    try:
        return True, f"{proof['code']}: {', '.join(check_misbehaviour(network, proof))}"
    except Refused as refusal:
        return False, f"refused: {refusal}"
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as fault:
        return False, f"refused: malformed ({fault})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
