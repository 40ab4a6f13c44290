"""What proves that a proposal breaks a rule: section 9 of docs/protocol.md, by itself, beside a quorum, and by the lanes."""

import feeds
from contents import is_message
from feeds import CONTENT_OF, check_message, fault_of_certificate, hash_bytes, is_certificate, key_bytes, stage_of, value_of
from verify_proof import H, demand, merkle_root, u

NO_TIP = bytes(32)
UNITS, MESSAGES = 2_097_152, 4096


def is_assembled(value):
    return is_message(value["content"]) and value["content"]["type"] == "assembled"


def sequences(data):
    return [int.from_bytes(entry, "big") for entry in feeds.unpacked(data["have"], 4)]


def seen(data):
    """Messagenode index and key of each proposal quoted."""
    return [(int.from_bytes(entry[:2], "big"), entry[6:]) for entry in feeds.unpacked(data["seen"], 38)]


def has_own_flaw(network, data):
    have, cut, base, round_ = sequences(data), feeds.advances_of(data), data["base"], data["round"]
    n = len(network.validators)
    if ("parentcert" in data) != (data["blockid"] > 1) or len(have) != n or base >= round_:
        return True
    if any(index >= len(network.messagenodes) for index, _ in seen(data)) or any(lane >= n for lane, _, _ in cut):
        return True
    if round_ - 1 > base and "skipped" not in data["justify"] or base >= 0 and "precommitted" not in data["justify"]:
        return True
    if base == -1 and any(sequence > have[lane] for lane, sequence, _ in cut):
        return True
    return data["blockid"] <= 65_536 and feeds.block_id(network, data) != hash_bytes(data["block"])


def is_out_of_turn(network, value):
    data = value["content"]["data"]
    turn = (data["blockid"] + data["round"]) % len(network.messagenodes)
    member, _, index = network.places[value["author"]]
    return member["kind"] != "messagenode" or index != turn


def is_flawed(network, value):
    return is_assembled(value) and stands_right(network, value) and has_own_flaw(network, value["content"]["data"])


def stands_right(network, value):
    return value["content"]["type"] in CONTENT_OF[network.places[value["author"]][1]]


def is_beside_quorum(network, proposal, certificate):
    """A valid CC(h-1) for another block than the parent, or a valid PC(h, base) for another block."""
    if not is_assembled(proposal) or not stands_right(network, proposal):
        return False
    if not is_valid_certificate(network, certificate) or stage_of(certificate["content"]) not in (1, 2):
        return False
    data, other = proposal["content"]["data"], certificate["content"]["data"]
    if stage_of(certificate["content"]) == 2:
        return other["blockid"] == data["blockid"] - 1 and other["block"] != data["parent"]
    return (other["blockid"], other["round"]) == (data["blockid"], data["base"]) and other["block"] != data["block"]


def is_valid_certificate(network, value):
    content = value["content"]
    return is_certificate(content) and is_message(content) and fault_of_certificate(network, content) is None


def is_have_behind_seen(network, quoting, quoted):
    if not all(is_assembled(value) for value in (quoting, quoted)) or not stands_right(network, quoted):
        return False
    index, key = network.places[quoted["author"]][2], key_bytes(feeds.message_key(quoted))
    own, other = (sequences(value["content"]["data"]) for value in (quoting, quoted))
    own += [0] * len(other)
    return (index, key) in seen(quoting["content"]["data"]) and any(b > a for a, b in zip(own, other))


# --- Votes beside what they link ---------------------------------------------------------------------------------------


def links_of(content):
    data, kind = content["data"], content["type"]
    names = {"seal": ["link"], "commit": ["link"], "precommit": ["entry"] if data.get("skip") else ["link", "entry"]}
    return {name: data[name] for name in names[kind] if name in data}


def fault_of_link(network, vote, linked):
    """The code that a vote and a message that it links prove, or None."""
    content, key = vote["content"], feeds.message_key(linked)
    names = [name for name, link in links_of(content).items() if link == key]
    if not names:
        return None
    data = content["data"]
    if content["type"] == "precommit" and names[0] == "link":
        if not is_assembled(linked):
            return "unfounded-vote"
        other = linked["content"]["data"]
        if any(other[name] != data[name] for name in ("blockid", "round", "block")):
            return "unfounded-vote"
        misplaced = network.places.get(linked["author"]) is None or not stands_right(network, linked)
        flawed = misplaced or is_out_of_turn(network, linked) or has_own_flaw(network, other)
        return "voted-for-invalid" if flawed else None
    return None if is_founded(network, content, linked) else "unfounded-vote"


def is_founded(network, vote, linked):
    if not is_valid_certificate(network, linked):
        return False
    content, data = linked["content"], vote["data"]
    stage, other = stage_of(content), content["data"]
    if other["blockid"] != data["blockid"]:
        return False
    if vote["type"] == "precommit":
        rounds = [data["round"] - 1] if stage == 4 else [data["round"] - 1, data["round"]]
        return stage in (1, 4) and other["round"] in rounds
    same = value_of(content)[:2] == value_of(vote)[:2]
    return same and (stage == 1 and other["round"] == data["round"] if vote["type"] == "commit" else stage == 2)


# --- What the lanes prove ------------------------------------------------------------------------------------------------


def parent_cut(network, data, parent):
    """The cut that the proposal follows, or None if this is not its parent."""
    if data["blockid"] == 1:
        genesis = parent is None and hash_bytes(data["parent"]) == network.chain_id
        return [(0, NO_TIP)] * len(network.lanes) if genesis else None
    if parent is None or len(parent["cut"]) != len(network.lanes):
        return None
    cut = [(entry["sequence"], key_bytes(entry["tip"])) for entry in parent["cut"]]
    block = H(
        b"bf/block/v1"
        + network.chain_id
        + u(4, 0)
        + u(8, data["blockid"] - 1)
        + hash_bytes(parent["slot"])
        + hash_bytes(parent["parent"])
        + feeds.cut_root(network, cut)
        + hash_bytes(parent["txRoot"])
        + u(4, parent["txCount"])
    )
    return cut if block == hash_bytes(data["parent"]) else None


def content_between(network, data, before, messages):
    """Lane -> messages between two cuts; "detached", or None where some are not there."""
    by_key = {(value["author"], key_bytes(feeds.message_key(value))): value for value in messages}
    content, missing = {}, False
    for lane, sequence, key in feeds.advances_of(data):
        start, taken = before[lane], []
        while sequence > start[0]:
            value = by_key.get((network.lanes[lane], key))
            if value is None or value["sequence"] <= start[0]:
                missing = True
                break
            if value["sequence"] != sequence:
                return "detached"
            taken.insert(0, value)
            key = NO_TIP if value["previous"] is None else key_bytes(value["previous"])
            sequence -= 1
        else:
            if key != start[1]:
                return "detached"
            content[lane] = taken
    return None if missing else content


def fair_fill(height, parent, have, caps, measures):
    """Section 5. `measures` tells transactions and size of the message of a lane at a sequence."""
    taken, open_, transactions, size, full = list(parent), set(range(len(parent))), 0, 0, False
    lane = height % len(parent)
    while open_:
        if lane in open_:
            count, length = measures(lane, taken[lane] + 1) if taken[lane] + 1 <= have[lane] else (None, None)
            if count is None:
                open_.discard(lane)
            elif transactions + count > caps["transactions"] or size + length > caps["bytes"]:
                full = True
                open_.discard(lane)
            else:
                taken[lane] += 1
                transactions += count
                size += length
        lane = (lane + 1) % len(parent)
    return taken, transactions > 0 or (full and taken != list(parent))


def flaw_in_lanes(network, data, lanes):
    """The first rule that the lanes show to be broken, or None."""
    before = parent_cut(network, data, lanes["parent"])
    have, cut = sequences(data), feeds.advances_of(data)
    if before is None or len(have) != len(before) or any(lane >= len(before) for lane, _, _ in cut):
        return None
    if any(sequence <= before[lane][0] for lane, sequence, _ in cut):
        return "cut-backwards"
    after = list(before)
    for lane, sequence, tip in cut:
        after[lane] = (sequence, tip)
    if feeds.cut_root(network, after) != hash_bytes(data["cutroot"]):
        return "wrong-cut-root"
    content = content_between(network, data, before, lanes["content"]) if data["base"] == -1 else None
    if content is None or content == "detached":
        return content and "detached-cut"
    return flaw_in_content(network, data, before, after, content)


def flaw_in_content(network, data, before, after, content):
    caps, have = network.parameters["capacity"], sequences(data)
    leaves = [
        leaf
        for lane in sorted(content)
        for value in content[lane]
        for leaf in feeds.transaction_leaves(lane, value["sequence"], value["content"])
    ]
    size = sum(feeds.size_of(value) for taken in content.values() for value in taken)
    if len(leaves) > caps["transactions"] or size > caps["bytes"]:
        return "over-capacity"
    if merkle_root(leaves) != hash_bytes(data["txroot"]) or len(leaves) != data["txcount"]:
        return "wrong-tx-root"

    def measures(lane, sequence):
        place = sequence - before[lane][0] - 1
        if place >= len(content.get(lane, [])):
            return 64, 8192
        value = content[lane][place]
        return len(feeds.transactions_of(value["content"])), feeds.size_of(value)

    # The first message behind the cut decides.
    reach = [min(held, after[lane][0] + 1) for lane, held in enumerate(have)]
    taken, proposable = fair_fill(data["blockid"], [start for start, _ in before], reach, caps, measures)
    if taken != [sequence for sequence, _ in after]:
        return "unfair-cut"
    return None if proposable else "nothing-to-propose"


def check_lanes(lanes):
    demand(list(lanes) == ["parent", "content"] and len(lanes["content"]) <= MESSAGES, "malformed lanes")
    for value in lanes["content"]:
        check_message(value)
    demand(sum(map(feeds.size_of, lanes["content"])) <= UNITS, "more lane messages than a proof may have")


def is_proved_by_lanes(network, lanes, *messages):
    check_lanes(lanes)
    proposals = [value for value in messages if is_assembled(value)][:1]
    if not proposals or network.places[proposals[0]["author"]][1] != "block-assembler":
        return False
    flaw = flaw_in_lanes(network, proposals[0]["content"]["data"], lanes)
    votes = [value for value in messages if value is not proposals[0]]
    if flaw is None or not votes:
        return flaw is not None
    content = votes[0]["content"]
    return (
        flaw not in ("unfair-cut", "nothing-to-propose")
        and is_message(content)
        and content["type"] == "precommit"
        and network.places[votes[0]["author"]][1] == "precommitter"
        and content["data"].get("link") == feeds.message_key(proposals[0])
        and feeds.is_vote_signed(network, votes[0]["author"], content)
    )


