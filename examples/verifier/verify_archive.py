#!/usr/bin/env python3
"""Verifies an archive of a BlockFin network, written from docs/archive-format.md and docs/protocol.md alone.

    python3 verify_archive.py feeds.bfa [network.json]

Every byte of the file, every message's key and signature, every feed's chain of messages, every vote and certificate,
the content of every decided block, and every proof of misbehaviour in it. The answer is one JSON object. Of what members
may not do it looks for forks, timestamps that go back, junk, messages in the wrong feed, bad and double votes, commit and skip
of one round, bad certificates and wrong empty blocks: the rest takes two messages that only an audit brings together. Exit
code 0 if nothing of that was found, 3 if the archive is whole and somebody broke such a rule, 1 if it is not what was
written, 2 if it cannot be read. With a network file, the archive must be of that network.
"""

import hashlib
import json
import struct
import sys
import zlib

import feeds
from contents import is_message
from feeds import Network, check_message, fault_of_certificate, is_certificate, is_vote, message_key, stage_of
from verify_misbehaviour import check_misbehaviour
from verify_proof import H, Refused, demand, merkle_root

# --- docs/archive-format.md ----------------------------------------------------------------------------------------------

HEADER = bytes.fromhex("1f8b08040000000000ff080042460400")
SECTION = {"header": 0, "network": 0, "evidence": 1, "message": 2, "chunk": 3}
HOLDS = ["head", "evidence", "messages"]
FULL, END_SIZE, MEMBER_LIMIT, TEXT_LIMIT = 262_144, 353, 1_376_256, 1_310_720


def members_of(data):
    """Offset, bytes and text of each member."""
    offset = 0
    while offset < len(data):
        demand(data[offset : offset + 16] == HEADER, "a member has another header")
        demand(len(data) >= offset + 20, "the archive ends too early")
        length = struct.unpack_from("<I", data, offset + 16)[0]
        demand(28 <= length <= MEMBER_LIMIT and offset + length <= len(data), "the archive ends too early")
        member = data[offset : offset + length]
        inflater = zlib.decompressobj(-15)
        text = inflater.decompress(member[20:-8], TEXT_LIMIT + 1)
        demand(inflater.eof and not inflater.unused_data and len(text) <= TEXT_LIMIT, "a member is no deflate stream")
        demand(struct.unpack("<II", member[-8:]) == (zlib.crc32(text), len(text)), "a checksum does not hold")
        yield offset, member, text
        offset += length


def line_of(raw):
    line = json.loads(raw)
    demand(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() == raw, "a line is spelled otherwise")
    return line


def sha(data):
    return hashlib.sha256(data).hexdigest()


def read_archive(data):
    """All lines of head, evidence and messages. Raises Refused unless the file is what was written."""
    demand(len(data) > END_SIZE, "the archive ends too early")
    members = list(members_of(data))
    end_offset, end_member, end_text = members.pop()
    demand(end_offset == len(data) - END_SIZE and end_member[20] == 1, "the end is missing")
    end = line_of(end_text.rstrip(b" \n"))
    lines, chunks, listed, section, text_hash, index = [], [], [], 0, hashlib.sha256(), b""
    for place, (offset, member, text) in enumerate(members):
        demand(text[-1:] == b"\n", "a member does not end with a line")
        parsed = [line_of(raw) for raw in text.split(b"\n")[:-1]]
        sections = {SECTION[line["type"]] for line in parsed}
        demand(len(sections) == 1 and min(sections) >= section, "sections are out of order")
        [now] = sections
        is_last = place + 1 == len(members) or section_of(members[place + 1][2]) > now
        before_last = len(text) - len(text.split(b"\n")[-2]) - 1
        demand(before_last < FULL and (len(text) >= FULL or is_last), "a member is cut at another place")
        section = now
        if now == 3:
            listed += parsed
            index += member
            continue
        text_hash.update(text)
        lines += parsed
        chunks.append(chunk_of(offset, member, text, now, parsed))
    demand(listed == chunks, "the index is of other members")
    index_offset = end_offset - len(index)
    expected = {
        "type": "end",
        "index": {"offset": index_offset, "length": len(index), "sha256": sha(index)},
        "textSha256": text_hash.hexdigest(),
        "sha256": sha(data[:end_offset]),
    }
    demand(end == expected and list(end) == list(expected), "the hashes of the end do not hold")
    return lines


def section_of(text):
    return SECTION[json.loads(text.split(b"\n")[0])["type"]]


def chunk_of(offset, member, text, section, parsed):
    ranges = []
    for line in parsed if section == 2 else []:
        author, sequence = line["value"]["author"], line["value"]["sequence"]
        if ranges and ranges[-1][0] == author:
            ranges[-1][2] = sequence
        else:
            ranges.append([author, sequence, sequence])
    return {
        "type": "chunk",
        "holds": HOLDS[section],
        "offset": offset,
        "length": len(member),
        "sha256": sha(member),
        "textLength": len(text),
        "lines": len(parsed),
        "feeds": ranges,
    }


def check_replicas(header, messages, evidence):
    held = [set() for _ in header["replicas"]]
    for line in messages:
        for replica, position, _time in line["received"]:
            demand(position not in held[replica], "a place of a log is taken twice")
            held[replica].add(position)
    for number, (entry, positions) in enumerate(zip(header["replicas"], held)):
        demand(positions == set(range(entry["messages"])), "a log has a gap")
        demand(sum(line["replica"] == number for line in evidence) == entry["evidence"], "evidence is missing")


# --- docs/protocol.md ------------------------------------------------------------------------------------------------------


class Feeds:
    """What the messages of an archive say, and who broke which rule."""

    def __init__(self, network):
        self.network = network
        self.by_key = {}
        self.by_place = {}
        self.findings = set()
        self.said = {}
        self.votes = self.certificates = self.strangers = 0
        self.committed = {}
        self.sealed = {}

    def find(self, code, author):
        self.findings.add((code, self.network.places[author][0]["name"]))

    def take(self, key, value):
        demand(message_key(value) == key, "a message is not what its key says")
        check_message(value)
        author, sequence = value["author"], value["sequence"]
        if author not in self.network.places:
            self.strangers += 1
            return
        self.by_key[key] = value
        self.by_place.setdefault(author, {}).setdefault(sequence, []).append(key)

    def check_chains(self):
        for author, places in self.by_place.items():
            for sequence, keys in places.items():
                before = places.get(sequence - 1, [])
                previous = [self.by_key[key]["previous"] for key in keys]
                if len(keys) > 1 or (before and any(key not in before for key in previous)):
                    self.find("feed-fork", author)
                for key in previous:
                    if key in self.by_key and self.by_key[key]["timestamp"] >= self.by_key[keys[0]]["timestamp"]:
                        self.find("timestamp-backwards", author)

    def check_contents(self):
        for value in self.by_key.values():
            author, content = value["author"], value["content"]
            role = self.network.places[author][1]
            if role == "main" or self.network.places[author][0]["kind"] == "observer":
                continue
            kind = content["type"] if is_message(content) else None
            if kind not in feeds.CONTENT_OF[role]:
                self.find("junk" if kind is None else "wrong-feed", author)
            elif is_vote(content):
                self.take_vote(author, content)
            elif is_certificate(content):
                self.take_certificate(author, content)
            elif kind == "block":
                self.take_slot(author, content["data"])

    def take_vote(self, author, content):
        self.votes += 1
        if not feeds.is_vote_signed(self.network, author, content):
            self.find("bad-vote", author)
            return
        stage, owner = stage_of(content), self.network.places[author][0]["id"]
        slot = (owner, content["data"]["blockid"], feeds.round_of(content))
        if self.said.setdefault((*slot, stage), feeds.value_of(content)) != feeds.value_of(content):
            self.find("double-" + content["type"], author)
        if stage in (2, 4) and (*slot, 6 - stage) in self.said:
            self.find("commit-and-skip", author)

    def take_certificate(self, author, content):
        self.certificates += 1
        if fault_of_certificate(self.network, content) is not None:
            self.find("bad-certificate", author)
            return
        height, stage = content["data"]["blockid"], stage_of(content)
        kept = {2: self.committed, 3: self.sealed}.get(stage)
        if kept is None:
            return
        known = kept.setdefault(height, content)
        demand(feeds.value_of(known) == feeds.value_of(content), f"height {height} was decided twice")

    def take_slot(self, author, data):
        height = data["blockid"]
        hashes = [feeds.hash_bytes(data[name]) for name in ("prev", "hash")]
        if hashes != [self.network.slot(height - 1), self.network.slot(height)]:
            self.find("wrong-empty-block", author)

    def check_blocks(self):
        """Every decided block from height 1 on: its parent, its cut, its content, its id, and what sealed it."""
        cut = [(0, bytes(32)) for _ in self.network.lanes]
        parent, height, transactions = self.network.chain_id, 0, 0
        while height + 1 in self.committed:
            block, x_root = feeds.value_of(self.committed[height + 1])
            data = self.proposal_of(block)
            if data is None:
                break
            height += 1
            demand(feeds.hash_bytes(data["parent"]) == parent, f"block {height} has another parent")
            content, cut = self.content_of(data, cut)
            transactions += len(content)
            demand(feeds.cut_root(self.network, cut) == feeds.hash_bytes(data["cutroot"]), f"cutroot of block {height}")
            demand(merkle_root(content) == feeds.hash_bytes(data["txroot"]), f"txroot of block {height}")
            demand(len(content) == data["txcount"], f"txcount of block {height}")
            if height in self.sealed:
                demand(feeds.value_of(self.sealed[height])[:2] == (block, x_root), f"seals of block {height}")
            parent = block
        return height, transactions

    def proposal_of(self, block):
        """Any proposal whose own fields hash to the block's id."""
        for value in self.by_key.values():
            content = value["content"]
            if isinstance(content, dict) and content.get("type") == "assembled":
                data = content["data"]
                if feeds.hash_bytes(data["block"]) == block and feeds.block_id(self.network, data) == block:
                    return data
        return None

    def content_of(self, data, cut):
        """Leaves of the transactions between two cuts, and the second cut; each lane is followed back from its tip."""
        after, leaves = list(cut), []
        for lane, sequence, tip in feeds.advances_of(data):
            after[lane] = (sequence, tip)
            key, chain = "%" + feeds.base64.b64encode(tip).decode() + ".sha256", []
            while sequence > cut[lane][0]:
                demand(key in self.by_key, "a lane of a decided block is not in the archive")
                value = self.by_key[key]
                right = value["author"] == self.network.lanes[lane] and value["sequence"] == sequence
                demand(right, "a tip is of another lane or place")
                chain.append(value)
                key, sequence = value["previous"], sequence - 1
            reached = key is None if cut[lane][0] == 0 else feeds.key_bytes(key) == cut[lane][1]
            demand(reached, "a lane does not lead to the cut before")
            for value in reversed(chain):
                leaves += feeds.transaction_leaves(lane, value["sequence"], value["content"])
        return leaves, after


def check_evidence(network, lines):
    """How many proofs convict, and convict nobody."""
    proofs = refused = 0
    for line in lines:
        demand(line["name"].split(".")[0] == H(line["text"].encode()).hex(), "evidence has another name")
        if not line["name"].endswith(".proof.json"):
            continue
        try:
            check_misbehaviour(network, json.loads(line["text"]))
            proofs += 1
        except (Refused, KeyError, TypeError, AttributeError, ValueError, IndexError):
            refused += 1
    return proofs, refused


def verify_archive(data, network_file=None):
    lines = read_archive(data)
    header = lines[0]
    demand(header["format"] == "blockfin-archive" and header["version"] == 1, "another format")
    network = Network(json.loads("".join(line["text"] for line in lines if line["type"] == "network")))
    demand(header["chainId"] == network.chain_id.hex(), "header and network file are of two networks")
    if network_file is not None:
        demand(Network(network_file).chain_id == network.chain_id, "the archive is of another network")
    messages = [line for line in lines if line["type"] == "message"]
    evidence = [line for line in lines if line["type"] == "evidence"]
    check_replicas(header, messages, evidence)
    read = Feeds(network)
    for line in messages:
        read.take(line["key"], line["value"])
    read.check_chains()
    read.check_contents()
    height, transactions = read.check_blocks()
    proofs, refused = check_evidence(network, evidence)
    sealed = max((each for each in read.sealed if each <= height), default=0)
    return {
        "chainId": network.chain_id.hex(),
        "messages": len(read.by_key),
        "strangers": read.strangers,
        "votes": read.votes,
        "certificates": read.certificates,
        "height": height,
        "transactions": transactions,
        "sealed": sealed,
        "stateRoot": feeds.value_of(read.sealed[sealed])[2].hex() if sealed else None,
        "proofs": proofs,
        "proofsRefused": refused,
        "findings": [{"code": code, "name": name} for code, name in sorted(read.findings)],
    }


def main(words):
    if len(words) not in (1, 2):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        with open(words[0], "rb") as file:
            data = file.read()
        network_file = json.load(open(words[1], encoding="utf-8")) if len(words) == 2 else None
        report = verify_archive(data, network_file)
        print(json.dumps(report))
        return 3 if report["findings"] or report["proofs"] else 0
    except Refused as refusal:
        print(f"refused: {refusal}", file=sys.stderr)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError, zlib.error) as fault:
        print(f"refused: malformed ({fault})", file=sys.stderr)
    except OSError as fault:
        print(f"cannot read: {fault}", file=sys.stderr)
        return 2
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
