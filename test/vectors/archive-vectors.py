"""Packs archive/small.jsonl into archive/small.bfa as docs/archive-format.md says, with nothing but Python's zlib.

    python3 test/vectors/archive-vectors.py
"""
import hashlib
import json
import os
import struct
import zlib

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'archive')
TARGET = 262144
SECTIONS = {'header': 'head', 'network': 'head', 'evidence': 'evidence', 'message': 'messages'}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def member(text, deflated):
    header = b'\x1f\x8b\x08\x04\0\0\0\0\0\xff\x08\0BF\x04\0' + struct.pack('<I', 20 + len(deflated) + 8)
    return header + deflated + struct.pack('<II', zlib.crc32(text), len(text))


def compressed(text):
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    return member(text, deflate.compress(text) + deflate.flush())


def stored(text):
    return member(text, struct.pack('<BHH', 1, len(text), len(text) ^ 0xFFFF) + text)


def dump(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False)


def pieces(lines, section_of):
    """Lines as members: (section, lines)."""
    section, held = None, []
    for line in lines:
        if held and (section_of(line) != section or sum(map(len, held)) >= TARGET):
            yield section, held
            held = []
        section = section_of(line)
        held.append(line)
    if held:
        yield section, held


def ranges(lines):
    found = []
    for line in lines:
        value = json.loads(line).get('value')
        if value is None:
            continue
        if not found or found[-1][0] != value['author']:
            found.append([value['author'], value['sequence'], value['sequence']])
        found[-1][2] = value['sequence']
    return found


text = open(os.path.join(HERE, 'small.jsonl'), 'rb').read()
out, index = b'', []
for holds, lines in pieces(text.splitlines(keepends=True), lambda line: SECTIONS[json.loads(line)['type']]):
    packed = compressed(b''.join(lines))
    entry = {'type': 'chunk', 'holds': holds, 'offset': len(out), 'length': len(packed), 'sha256': sha256(packed)}
    index.append({**entry, 'textLength': sum(map(len, lines)), 'lines': len(lines), 'feeds': ranges(lines)})
    out += packed
packed = b''.join(
    compressed(b''.join(lines)) for _, lines in pieces([dump(entry).encode() + b'\n' for entry in index], lambda _: 0)
)
place = {'offset': len(out), 'length': len(packed), 'sha256': sha256(packed)}
end = {'type': 'end', 'index': place, 'textSha256': sha256(text), 'sha256': sha256(out + packed)}
out += packed + stored(dump(end).ljust(319).encode() + b'\n')
open(os.path.join(HERE, 'small.bfa'), 'wb').write(out)
expected = {'bytes': len(out), 'fileSha256': sha256(out), **{name: end[name] for name in ('index', 'textSha256', 'sha256')}}
open(os.path.join(HERE, 'small.json'), 'w').write(json.dumps(expected, indent=2) + '\n')
