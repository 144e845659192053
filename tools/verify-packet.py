#!/usr/bin/env python3
"""Checks an audit packet of ChartLedger with nothing but Python's standard library.

    verify-packet.py PACKET POLICY [--later PROOF] [--tsa-ca CA.pem]

PACKET is a folder or a ZIP file, POLICY a file of c2sp.org/tlog-policy that says which log and
which witnesses you trust; take it from anywhere but the packet. Exit code 0: every file agrees;
6: a fault, which is named; 64: wrong usage.

No witness can have seen the checkpoint of a packet when it is issued. If the policy asks for some, get
from the clinic a proof that a checkpoint which they have cosigned since extends it
(`chartledger log prove --from-size SIZE`), and name it with --later.

This is a second reading of the format, written apart from `chartledger audit verify`. It checks all
evidence but two things, and says so: who signed a time stamp, which OpenSSL checks if --tsa-ca names
the certificates of authorities that you trust; and whether the profile may show what it shows. Of the
files for people it checks that every value in the JSON files is that of the opening, not the names of
fields and enumerations, which openings do not hold; README.txt and human/chronology.html it compares
with SHA256SUMS only.
"""
import base64, hashlib, json, os, re, struct, subprocess, sys, tempfile, zlib
from datetime import datetime, timedelta, timezone


class Fault(Exception):
    pass


def need(holds, file, reason):
    if not holds:
        raise Fault(f"{file}: {reason}" if file else reason)


# --- Ed25519 (RFC 8032), verification only; not constant time, which verification need not be.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    e1, e2 = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = e2 - e1, d - c, d + c, e2 + e1
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decompress(data):
    """A point, or None; encodings that are not canonical are refused."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT % P
    if (x * x - x2) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    point, s = decompress(key), int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    negative = (P - point[0], point[1], 1, P - point[3])
    x, y, z, _ = add(multiply(s, BASE), multiply(k, negative))
    x, y = x * pow(z, P - 2, P) % P, y * pow(z, P - 2, P) % P
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


# --- Strict texts: every value has one spelling.
def b64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data) == text else None


def number(text):
    """A decimal number of at most 64 bits, or None."""
    if not re.fullmatch(rb"0|[1-9][0-9]{0,19}", text):
        return None
    value = int(text)
    return value if value < 2**64 else None


def lines(data, file):
    need(data.endswith(b"\n"), file, "its last line is unfinished")
    return data[:-1].split(b"\n")


def sha256(data):
    return hashlib.sha256(data).digest()


def leaf_hash(data):
    return sha256(b"\0" + data)


def node_hash(left, right):
    return sha256(b"\1" + left + right)


# --- Proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
def inclusion_root(index, size, leaf, hashes):
    if index >= size:
        return None
    fn, sn, root = index, size - 1, leaf
    for sibling in hashes:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            root = node_hash(sibling, root)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, sibling)
        fn, sn = fn >> 1, sn >> 1
    return root if sn == 0 else None


def is_consistent(old, new, old_root, new_root, hashes):
    if not 1 <= old < new or not hashes:
        return False
    path = ([old_root] if old & (old - 1) == 0 else []) + hashes
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    a = b = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            a, b = node_hash(sibling, a), node_hash(sibling, b)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            b = node_hash(b, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and a == old_root and b == new_root


# --- Keys, policy, signed notes (c2sp.org/signed-note, tlog-policy, tlog-cosignature).
class Key:
    def __init__(self, text, kind, file="policy"):
        parts = text.split(b"+", 2)
        data = b64(parts[2]) if len(parts) == 3 else None
        need(data is not None and len(data) == 33 and data[0] == kind, file, "a key is malformed")
        self.name, self.kind, self.public = parts[0], kind, data[1:]
        need(re.fullmatch(rb"[^\x00-\x20+]+", self.name), file, "a key has no proper name")
        self.id = sha256(self.name + b"\n" + data)[:4]
        need(self.id.hex().encode() == parts[1], file, "a key's id is not its own")


class Policy:
    def __init__(self, data):
        self.logs, self.witnesses, self.quorum = [], [], None
        named, members = {}, set()
        need(not re.search(rb"[^\t\n\x20-\x7e\x80-\xff]", data), "policy", "it has control characters")
        for line in lines(data, "policy"):
            words = re.findall(rb"[^ \t]+", line)
            if not words or words[0].startswith(b"#"):
                continue
            word, rest = words[0], words[1:]
            new = len(rest) > 0 and rest[0] != b"none" and rest[0] not in named
            if word == b"log" and len(rest) in (1, 2):
                key = Key(rest[0], 1)
                need(key.public not in [k.public for k in self.logs], "policy", "a log is there twice")
                self.logs.append(key)
            elif word == b"witness" and len(rest) in (2, 3) and new:
                key = Key(rest[1], 4)
                need(key.public not in [k.public for k in self.witnesses], "policy", "a witness is there twice")
                self.witnesses.append(key)
                named[rest[0]] = lambda seen, public=key.public: public in seen
            elif word == b"group" and len(rest) >= 3 and new:
                names = rest[2:]
                for name in names:
                    need(name in named and name not in members, "policy", "a group's member is wrong")
                    members.add(name)
                k = {b"all": len(names), b"any": 1}.get(rest[1]) or number(rest[1])
                need(k and 1 <= k <= len(names), "policy", "a group's threshold is wrong")
                parts = [named[name] for name in names]
                named[rest[0]] = lambda seen, k=k, parts=parts: sum(p(seen) for p in parts) >= k
            elif word == b"quorum" and len(rest) == 1 and self.quorum is None:
                need(rest[0] == b"none" or rest[0] in named, "policy", "the quorum is not defined")
                self.quorum = named.get(rest[0], lambda seen: True)
            else:
                need(False, "policy", "a line is wrong")
        need(self.logs and self.quorum, "policy", "it needs a log and a quorum")

    def open(self, note, file, quorum=True, signers=None, others=()):
        """Origin, size, root, (time, name) of each trusted cosignature, and the names of unknown ones.

        Each of the keys `signers` must have signed, and none of `others`; without signers, any log that
        the policy trusts."""
        known = self.logs if signers is None else signers
        need(len(note) <= 10**6 and not re.search(rb"[\x00-\x09\x0b-\x1f]", note), file, "it is not a signed note")
        at = note.rfind(b"\n\n")
        need(at >= 0, file, "it is not a signed note")
        text, signatures = note[: at + 1], lines(note[at + 2 :], file)
        need(len(signatures) <= 100, file, "it has too many signatures")
        logs, seen, times, unknown = [], set(), [], []
        for line in signatures:
            parts = line.split(b" ")
            data = b64(parts[2]) if len(parts) == 3 else None
            need(parts[0] == "\u2014".encode() and data is not None and len(data) > 4, file, "a signature is malformed")
            for key in known + self.witnesses:
                if (key.name, key.id) != (parts[1], data[:4]):
                    continue
                if key.kind == 1:
                    good = signed(key.public, text, data[4:])
                    logs.append(key)
                else:
                    time = int.from_bytes(data[4:12], "big")
                    good = time < 2**63 and signed(
                        key.public, b"cosignature/v1\ntime %d\n" % time + text, data[12:])
                    seen.add(key.public)
                    times.append((time, key.name.decode()))
                need(good, file, f"the signature of {key.name.decode()} is false")
                break
            else:
                unknown.append(parts[1].decode())
        body = lines(text, file)
        need(len(body) >= 3, file, "it is not a checkpoint")
        size, root = number(body[1]), b64(body[2])
        need(size is not None and root is not None and len(root) == 32, file, "it is not a checkpoint")
        need(body[0] in [key.name for key in logs], file, "no log that the policy trusts has signed it")
        need(signers is None or all(key in logs for key in signers), file, "a key in force then has not signed it")
        for key in others:
            need(not any(line.split(b" ")[1] == key.name and b64(line.split(b" ")[2])[:4] == key.id for line in signatures),
                 file, "it is signed with a key that was not in force then: somebody has, or had, a secret that is not his")
        need(not quorum or self.quorum(seen), file, "too few trusted witnesses have cosigned it")
        return body[0], size, root, times, [n for n in unknown if n != body[0].decode()]


# --- Reading a packet.
def is_safe(path):
    return all(re.fullmatch(r"[!-\[\]-~]+", part) and part not in (".", "..") for part in path.split("/"))


def read_zip(data):
    """Stored members one after the other; the archive must be the one that they make."""
    files, at = {}, 0
    while data[at : at + 4] == b"PK\3\4" and at + 30 <= len(data):
        crc, size = struct.unpack_from("<II", data, at + 14)
        (length,) = struct.unpack_from("<H", data, at + 26)
        name, body = data[at + 30 : at + 30 + length], data[at + 30 + length : at + 30 + length + size]
        at += 30 + length + size
        need(at <= len(data), "", "the ZIP file is cut off")
        path = name.decode("ascii", "replace")
        need(is_safe(path) and path not in files, "", "the ZIP file has a member with an unsafe name")
        need(zlib.crc32(body) == crc, path, "its checksum in the ZIP file is wrong")
        files[path] = body
    local = directory = b""
    parts = []
    for path in sorted(files):
        name, body = path.encode(), files[path]
        common = struct.pack("<5H3I2H", 10, 0x0800, 0, 0, 0x21, zlib.crc32(body), len(body), len(body), len(name), 0)
        directory += b"PK\1\2" + struct.pack("<H", 0x0314) + common
        directory += struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, sum(map(len, parts))) + name
        parts += [b"PK\3\4" + common + name, body]
    local = b"".join(parts)
    count = len(files)
    end = b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, len(directory), len(local), 0)
    need(files and local + directory + end == data, "", "the ZIP file is cut off, changed, or of another program")
    return files


def read(path):
    if not os.path.isdir(path):
        with open(path, "rb") as file:
            return read_zip(file.read())
    files = {}
    for folder, names, found in os.walk(path):
        for name in names + found:
            whole = os.path.join(folder, name)
            relative = os.path.relpath(whole, path).replace(os.sep, "/")
            need(not os.path.islink(whole) and is_safe(relative), relative, "it is not a file of a packet")
            if name in found:
                need(os.path.isfile(whole), relative, "it is not a file of a packet")
                with open(whole, "rb") as file:
                    files[relative] = file.read()
    return files


# --- Protocol Buffers, as far as the envelope of an event and the seal need it.
def fields(data, file):
    """Field number → last value (an integer, or bytes)."""
    return {number: values[-1] for number, values in all_fields(data, file).items()}


def all_fields(data, file):
    """Field number → its values in order (integers, or bytes)."""
    found, at = {}, 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            need(at < len(data) and shift < 70, file, "its payload is malformed")
            value |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                return value

    while at < len(data):
        key = varint()
        values = found.setdefault(key >> 3, [])
        if key & 7 == 0:
            values.append(varint())
        else:
            size = varint() if key & 7 == 2 else {1: 8, 5: 4}.get(key & 7, len(data) + 1)
            need(at + size <= len(data), file, "its payload is malformed")
            values.append(data[at : at + size])
            at += size
    return found


def packed(data):
    """The integers of a packed field, or None."""
    found, value, shift = [], 0, 0
    for byte in data:
        value, shift = value | (byte & 127) << shift, shift + 7
        if byte < 128:
            found.append(value)
            value = shift = 0
    return None if shift else found


def says(shown, values, file):
    """Whether a value of JSON is the one that these Protocol Buffers values encode.

    Names are not in the encoding: members are compared in the order of their field numbers, in which
    they are written, and a word of an enumeration stands for any number."""
    if isinstance(shown, list):
        if len(values) == 1 and isinstance(values[0], bytes) and not all(isinstance(s, dict) for s in shown):
            numbers = packed(values[0])
            if numbers and len(numbers) == len(shown) and all(says(s, [n], file) for s, n in zip(shown, numbers)):
                return True
        return len(shown) == len(values) and all(says(s, [v], file) for s, v in zip(shown, values))
    if isinstance(shown, dict):
        members = [v for _, v in sorted(all_fields(values[-1], file).items())]
        return len(members) == len(shown) and all(says(s, v, file) for s, v in zip(shown.values(), members))
    value = values[-1]
    if isinstance(value, int):
        if isinstance(shown, bool):
            return value == shown
        if isinstance(shown, str) and re.fullmatch(r"[A-Z][A-Z0-9_]*", shown):
            return True
        signed = value - 2**64 if value >= 2**63 else value
        return str(shown) in (str(value), str(signed), str(value >> 1 ^ -(value & 1)))
    if isinstance(shown, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", shown) and value.decode("latin-1") != shown:
        time = fields(value, file)
        seconds, fraction = time.get(1, 0), f"{time.get(2, 0):09d}".rstrip("0")
        fraction += "0" * (-len(fraction) % 3)
        return shown == f"{EPOCH + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}" + (fraction and "." + fraction) + "Z"
    return isinstance(shown, str) and (value == shown.encode() or base64.b64encode(value) == shown.encode())


# --- Time stamps (RFC 3161), as far as what they say needs it.
def der(data, file):
    """The values that lie one after the other, as (tag, contents)."""
    found, at = [], 0
    while at < len(data):
        need(at + 2 <= len(data), file, "it is no time stamp")
        tag, length = data[at], data[at + 1]
        at += 2
        if length & 128:
            count = length & 127
            need(1 <= count <= 4 and at + count <= len(data), file, "it is no time stamp")
            length, at = int.from_bytes(data[at : at + count], "big"), at + count
        need(at + length <= len(data), file, "it is no time stamp")
        found.append((tag, data[at : at + length]))
        at += length
    return found


def stamp(data, file):
    """Hash and time that a time-stamping authority's answer states."""
    try:
        ((tag, response),) = der(data, file)
        status, token = der(response, file)
        need(tag == 0x30 and der(status[1], file)[0][1] in (b"\0", b"\1"), file, "the time stamp was not granted")
        kind, content = der(token[1], file)
        need(kind[1] == bytes.fromhex("2a864886f70d010702"), file, "its token is no signed data")
        ((_, signed_data),) = der(content[1], file)
        kind, content = der(der(signed_data, file)[2][1], file)
        need(kind[1] == bytes.fromhex("2a864886f70d0109100104"), file, "its content is no time stamp")
        ((_, octets),) = der(content[1], file)
        ((_, info),) = der(octets, file)
        _, _, imprint, _, time = der(info, file)[:5]
        algorithm, digest = der(imprint[1], file)
        need(der(algorithm[1], file)[0][1] == bytes.fromhex("608648016503040201"), file, "it is not over a SHA-256 hash")
        match = re.fullmatch(rb"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z", time[1])
        need(time[0] == 0x18 and match, file, "its time is malformed")
        return digest[1], "%s-%s-%sT%s:%s:%sZ" % tuple(part.decode() for part in match.groups()[:6])
    except (ValueError, IndexError):
        raise Fault(f"{file}: it is no time stamp")


EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def uuid(data):
    h = data.hex()
    return "-".join((h[:8], h[8:12], h[12:16], h[16:20], h[20:]))


class Packet:
    def __init__(self, files, policy, authorities=None, later=None):
        self.files, self.policy, self.authorities, self.later = files, policy, authorities, later

    def file(self, path):
        need(path in self.files, path, "is missing")
        return self.files[path]

    def verify(self):
        self.check_sums()
        self.note = self.file("checkpoint")
        self.read_contents()
        self.check_names()
        self.read_keys()
        newest = self.keys[-1:] if self.keys else None
        self.origin, self.size, self.root, *times = self.policy.open(
            self.note, "checkpoint", quorum=self.later is None, signers=newest, others=self.keys[:-1])
        trusted = {(key.name, key.public) for key in self.policy.logs}
        need(not self.keys or any((key.name, key.public) in trusted for key in self.keys), "checkpoint",
             "the policy trusts none of the keys of its log")
        leaves = self.check_stream()
        seal, streams = self.check_seal(leaves)
        self.check_rotations()
        shown = [p for p, is_shown in self.events if is_shown]
        for position in shown:
            self.check_event(f"events/{position:08d}", leaves[position])
        self.check_references(shown)
        print(f"log          {self.origin.decode()}")
        print(f"profile      {self.profile.decode()}; whether it may show what it shows: not checked")
        print(f"events       {len(self.events)} complete up to position {self.asof}")
        print(f"shown        {len(shown)}, withheld {len(self.events) - len(shown)}")
        print(f"seal         position {seal}, recorded {self.sealed_at}, over {streams} records")
        if seal > self.asof + 1:
            print(f"not covered  {seal - self.asof - 1} events, of whomever, recorded after position {self.asof} and before the seal")
        for position, size in self.rotations:
            print(f"key          changed by the event at {position}; old and new key signed checkpoint {size}")
        for size, digest in self.brackets:
            print(f"bracket      {size} {self.times(*self.check_bracket(size, digest))}")
            for line in self.check_stamps(size):
                print(f"time stamp   {size} {line}")
        print(f"checkpoint   {self.size} {self.times(*times)}")
        if self.later is not None:
            print("extended by  " + self.check_later())
        print("events/*.json: every value is that of the opening; names of fields and enumerations: not checked")
        print("README.txt, human/chronology.html: compared with SHA256SUMS only")
        print(f"SHA256SUMS   {hashlib.sha256(self.files['SHA256SUMS']).hexdigest()}")
        print("every file agrees")

    @staticmethod
    def times(times, unknown):
        known = ", ".join(f"{EPOCH + timedelta(seconds=min(t, 2**37)):%Y-%m-%dT%H:%M:%SZ} by {n}" for t, n in times)
        others = f"; not checked, because the policy does not list them: {', '.join(unknown)}" if unknown else ""
        return (known or "no trusted witness") + others

    def check_sums(self):
        listed = {}
        for line in lines(self.file("SHA256SUMS"), "SHA256SUMS"):
            match = re.fullmatch(rb"([0-9a-f]{64})  ([!-~]+)", line)
            need(match, "SHA256SUMS", "a line is malformed")
            listed[match[2].decode()] = match[1].decode()
        for path, digest in listed.items():
            need(hashlib.sha256(self.file(path)).hexdigest() == digest, path, "it differs from its checksum in SHA256SUMS")
        for path in sorted(self.files):
            need(path in listed or path == "SHA256SUMS", path, "it does not belong to the packet")
        want = "".join(f"{listed[p]}  {p}\n" for p in sorted(listed)).encode()
        need(self.files["SHA256SUMS"] == want, "SHA256SUMS", "it is not in order")

    def read_contents(self):
        name = "contents"
        keys = [b"profile", b"notes", b"stream", b"asof", b"from", b"to", b"zone", b"backdating",
                b"rendering", b"recipient", b"address", b"purpose", b"basis"]
        found = lines(self.file(name), name)
        need(len(found) > len(keys) and found[0] == b"chartledger-packet/v1", name, "it is not a list of contents, version 1")
        values = {}
        for key, line in zip(keys, found[1:]):
            need(line.startswith(key + b" "), name, f"{key.decode()} is missing")
            values[key] = line[len(key) + 1 :]
        self.profile, self.asof, self.stream = values[b"profile"], number(values[b"asof"]), values[b"stream"]
        need(self.asof is not None and self.profile in (b"payer", b"patient", b"board", b"court"), name, "a value is malformed")
        self.events, self.brackets, self.stamps, self.rotations, self.references = [], [], [], [], []
        for line in found[len(keys) + 1 :]:
            if match := re.fullmatch(rb"event ([0-9]+) (shown|withheld)", line):
                need(number(match[1]) and not self.brackets and not self.rotations and not self.references, name, "a line is malformed")
                self.events.append((number(match[1]), match[2] == b"shown"))
            elif match := re.fullmatch(rb"(bracket|stamp) ([0-9]+) ([0-9a-f]{64})", line):
                is_stamp = match[1] == b"stamp"
                need(number(match[2]) and not self.rotations and not self.references and (is_stamp or not self.stamps), name, "a line is malformed")
                (self.stamps if is_stamp else self.brackets).append((number(match[2]), match[3].decode()))
            elif match := re.fullmatch(rb"reference ([0-9]+)", line):
                need(number(match[1]), name, "a line is malformed")
                self.references.append(number(match[1]))
            else:
                match = re.fullmatch(rb"rotation ([0-9]+) ([0-9]+)", line)
                need(match and number(match[1]) and number(match[2]) and not self.references, name, "a line is malformed")
                self.rotations.append((number(match[1]), number(match[2])))
        need(self.events, name, "it names no event")
        sizes = [size for size, _ in self.brackets]
        for values in ([p for p, _ in self.events], sizes, self.stamps, [p for p, _ in self.rotations],
                       [s for _, s in self.rotations], self.references):
            need(all(a < b for a, b in zip(values, values[1:])), name, "its lines are not in order")
        need(all(size in sizes for size in [s for s, _ in self.stamps] + [s for _, s in self.rotations]), name,
             "it speaks of a checkpoint that is not in the packet")

    def check_names(self):
        names = {"SHA256SUMS", "checkpoint", "contents", "README.txt", "human/chronology.html", "heads/line", "heads/proof"}
        names |= {f"heads/seal.{part}" for part in ("leaf", "tlog-proof", "opening", "json")}
        for position, is_shown in self.events:
            parts = ("leaf", "tlog-proof", "opening", "json") if is_shown else ("leaf", "tlog-proof")
            names |= {f"events/{position:08d}.{part}" for part in parts}
        names |= {self.stamp_name(size, digest) for size, digest in self.stamps}
        for stem in [f"keys/{p:08d}" for p, _ in self.rotations] + [f"references/{p:08d}" for p in self.references]:
            names |= {f"{stem}.{part}" for part in ("leaf", "tlog-proof", "opening", "json")}
        for size, _ in self.brackets:
            names |= {f"bracket/{size}.checkpoint", f"bracket/{size}.consistency"}
        for path in sorted(self.files):
            need(path in names, path, "it does not belong to the packet")
        for path in sorted(names):
            self.file(path)

    @staticmethod
    def stamp_name(size, digest):
        return f"bracket/{size}-{digest[:16]}.tsr"

    def read_keys(self):
        """The log's keys one after the other, as the packet tells; what proves them is checked later."""
        self.keys, self.handovers = [], []
        for position, size in self.rotations:
            name = f"keys/{position:08d}.opening"
            payload = fields(self.opening(name)[3], name)
            need(isinstance(payload.get(570), bytes), name, "it does not hand over to another key")
            fact = fields(payload[570], name)
            old, new = (Key(fact.get(part, b""), 1, name) for part in (2, 3))
            need(old.name == new.name == fact.get(1) and old.public != new.public, name, "it does not hand over to another key")
            follows = not self.keys or self.keys[-1].public == old.public
            need(follows and new.public not in [key.public for key in self.keys], name, "it does not follow on the one before")
            need((self.handovers or [0])[-1] < position <= size, name, "it does not follow on the one before")
            self.keys = (self.keys or [old]) + [new]
            self.handovers.append(size)

    def check_rotations(self):
        for position, _ in self.rotations:
            stem = f"keys/{position:08d}"
            leaf = self.leaf(stem)
            need(leaf["position"] == position and leaf["stream"] == b"0" * 31 + b"2" and leaf["log"] == self.last["log"],
                 stem + ".leaf", "it is of another position, record or log")
            self.check_event(stem, leaf)

    def check_references(self, shown):
        """Registrations in this log of those whom a shown event names by an id, and of nobody else."""
        named = b"".join(self.file(f"events/{position:08d}.opening") for position in shown)
        for position in self.references:
            stem = f"references/{position:08d}"
            leaf = self.leaf(stem)
            need(leaf["position"] == position and leaf["log"] == self.last["log"], stem + ".leaf", "it is of another position or log")
            self.check_event(stem, leaf)
            is_registration = self.opening(stem + ".opening")[1] in (151, 159, 552)
            need(is_registration and uuid(bytes.fromhex(leaf["stream"].decode())).encode() in named, stem + ".opening",
                 "no shown event names whom it registers")

    def signers(self, size):
        """Those that must have signed a checkpoint of this size; None when the log never changed its key."""
        if not self.keys:
            return None
        before = sum(handover < size for handover in self.handovers)
        return self.keys[before : before + 1 + (size in self.handovers)]

    def hashes(self, found, file):
        need(len(found) <= 64, file, "it has more hashes than a proof can need")
        hashes = [b64(line) for line in found]
        need(all(h is not None and len(h) == 32 for h in hashes), file, "a hash is malformed")
        return hashes

    def leaf(self, stem):
        """The fields of a leaf that is in the log, with its hash."""
        name, data = stem + ".leaf", self.file(stem + ".leaf")
        n = rb"(0|[1-9][0-9]{0,19})"
        match = re.fullmatch(
            rb"chartledger-leaf/v1\nlog ([0-9a-f]{32})\nposition " + n + rb"\nstream ([0-9a-f]{32})\nsequence "
            + n + rb"\nprevious (-|" + n + rb" [0-9a-f]{64})\ncommitment ([0-9a-f]{64})\n", data)
        need(match, name, "it is not a leaf of a log")
        leaf = dict(log=match[1], position=int(match[2]), stream=match[3], sequence=int(match[4]),
                    previous=match[5], commitment=match[7].decode(), hash=leaf_hash(data))
        name = stem + ".tlog-proof"
        proof, separator, note = self.file(name).partition(b"\n\n")
        need(separator and note == self.note, name, "it leads to another checkpoint than the packet's")
        found = proof.split(b"\n")
        need(len(found) >= 2 and found[0] == b"c2sp.org/tlog-proof@v1" and found[1] == b"index %d" % (leaf["position"] - 1),
             name, "it is not the proof of this position")
        root = inclusion_root(leaf["position"] - 1, self.size, leaf["hash"], self.hashes(found[2:], name))
        need(root == self.root, name, "it does not lead to the checkpoint's root")
        return leaf

    def check_stream(self):
        leaves, last = {}, None
        for index, (position, _) in enumerate(self.events):
            stem = f"events/{position:08d}"
            leaf = self.leaf(stem)
            need(leaf["position"] == position, stem + ".leaf", "it is the leaf of another position")
            need(leaf["stream"] == self.stream, stem + ".leaf", "it belongs to another record")
            need(last is None or leaf["log"] == last["log"], stem + ".leaf", "it belongs to another log")
            previous = b"%d %s" % (last["position"], last["hash"].hex().encode()) if last else b"-"
            need(leaf["sequence"] == index + 1 and leaf["previous"] == previous, stem + ".leaf",
                 "the event before it in the record is missing")
            leaves[position] = last = leaf
        self.last = last
        return leaves

    def check_seal(self, leaves):
        leaf = self.leaf("heads/seal")
        payload = self.check_event("heads/seal", leaf)
        name = "heads/seal.opening"
        need(586 in payload and leaf["stream"] == b"0" * 31 + b"2" and leaf["log"] == self.last["log"], name,
             "it is not a seal of this log")
        sealed = fields(payload[586], name)
        need(sealed.get(1) == self.asof < leaf["position"], name, "it seals another state of the log")
        need(sealed.get(4) == sha256(self.files["contents"]), "contents", "it is not the one that was sealed for this packet")
        line = b"%s %d %d %s\n" % (self.stream, len(self.events), self.last["position"], self.last["hash"].hex().encode())
        need(self.file("heads/line") == line, "heads/line", "the last event of the record is missing")
        found = lines(self.file("heads/proof"), "heads/proof")
        match = re.fullmatch(rb"index ([0-9]+)\nsize ([0-9]+)", b"\n".join(found[:2]))
        need(match and number(match[1]) is not None and number(match[2]) == sealed.get(2), "heads/proof", "it is not a proof for the seal")
        root = inclusion_root(int(match[1]), int(match[2]), leaf_hash(line), self.hashes(found[2:], "heads/proof"))
        need(root is not None and root == sealed.get(3), "heads/proof", "it does not lead to the seal's root")
        recorded = self.opening(name)[0]
        self.sealed_at = f"{EPOCH + timedelta(microseconds=recorded):%Y-%m-%dT%H:%M:%SZ}"
        return leaf["position"], sealed[2]

    def opening(self, name):
        """When it was recorded, its kind, tags and payload."""
        data = self.file(name)
        need(len(data) >= 80, name, "it is malformed")
        recorded, = struct.unpack_from("<q", data, 32)
        kind, count, length = struct.unpack_from("<HHI", data, 72)
        tags, at = [], 80
        for _ in range(count):
            need(at < len(data), name, "it is malformed")
            tags.append(data[at + 1 : at + 1 + data[at]].decode("utf-8", "replace"))
            at += 1 + data[at]
        need(len(data) - at == length, name, "it is malformed")
        return recorded, kind, tags, data[at:]

    def check_event(self, stem, leaf):
        """The fields of an event whose opening is the leaf's; its JSON file says the same."""
        name = stem + ".opening"
        data = self.file(name)
        need(hashlib.sha256(b"chartledger-commitment/v1\n" + data).hexdigest() == leaf["commitment"], name,
             "it is not what the leaf commits to")
        recorded, kind, tags, body = self.opening(name)
        payload = fields(body, name)
        need(kind in payload, name, "its payload is of another kind than it says")
        try:
            shown = json.loads(self.file(stem + ".json"))
            event = shown["event"]
            same = (shown["position"], shown["stream"], shown["sequence"], shown["recordedAt"], shown["id"],
                    shown["command"], shown["kind"], shown["tags"]) == (
                leaf["position"], uuid(bytes.fromhex(leaf["stream"].decode())), leaf["sequence"],
                f"{EPOCH + timedelta(microseconds=recorded):%Y-%m-%dT%H:%M:%S.%fZ}", uuid(data[40:56]),
                uuid(data[56:72]), kind, tags)
            actor = fields(payload.get(1, b""), name)
            same = same and event.get("effectiveOn", 0) == payload.get(3, 0)
            for key, value in (("reason", payload.get(5)), ("corrects", payload.get(6))):
                same = same and event.get(key, "") == (value or b"").decode()
            for key, field in (("user", 1), ("initials", 3), ("practitioner", 4)):
                same = same and event.get("actor", {}).get(key, "") == actor.get(field, b"").decode()
            last = list(event)[-1]
            same = same and shown["kindName"] == last[:1].upper() + last[1:] and says(event, [body], name)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            same = False
        need(same, stem + ".json", "it does not say what the opening says")
        return payload

    def check_bracket(self, size, digest):
        name = f"bracket/{size}.checkpoint"
        note = self.file(name)
        need(hashlib.sha256(note).hexdigest() == digest, name, "it is not the one that the contents name")
        signers = self.signers(size)
        others = [key for key in self.keys if key not in signers] if signers else ()
        origin, found, root, times, unknown = self.policy.open(note, name, quorum=False, signers=signers, others=others)
        need(origin == self.origin and found == size < self.size, name, "it is of another size or log")
        name = f"bracket/{size}.consistency"
        proof, separator, note = self.file(name).partition(b"\n\n")
        need(separator and note == self.note, name, "it leads to another checkpoint than the packet's")
        found = proof.split(b"\n")
        need(found[0] == b"old %d" % size, name, "it is of another size")
        need(is_consistent(size, self.size, root, self.root, self.hashes(found[1:], name)), name,
             "the packet's checkpoint does not extend it")
        return times, unknown

    def check_later(self):
        """The quorum has cosigned a checkpoint that extends the packet's own."""
        name = "the later checkpoint"
        proof, separator, note = self.later.partition(b"\n\n")
        found = proof.split(b"\n")
        need(separator and found[0] == b"old %d" % self.size, name, "the proof does not begin at the packet's checkpoint")
        known = [k for k in self.keys[-1:] if k.public not in [log.public for log in self.policy.logs]]
        self.policy.logs += known
        origin, size, root, *times = self.policy.open(note, name)
        need(origin == self.origin, name, "it is of another log")
        hashes = self.hashes(found[1:], name)
        is_same = size == self.size and root == self.root and not hashes
        need(is_same or is_consistent(self.size, size, self.root, root, hashes), name, "it does not extend the packet's checkpoint")
        return f"{size} {self.times(*times)}"

    def check_stamps(self, size):
        """What each time stamp of a checkpoint says, and what is known of its signature."""
        text, _, signatures = self.file(f"bracket/{size}.checkpoint").rpartition(b"\n\n")
        own = [line + b"\n" for line in signatures.split(b"\n") if line.split(b" ")[1:2] == [self.origin]]
        # As the log released it: before another key of the log signed it too, or after.
        released = [sha256(text + b"\n\n" + b"".join(own[: n + 1])) for n in range(len(own))]
        for _, digest in [s for s in self.stamps if s[0] == size]:
            name = self.stamp_name(size, digest)
            data = self.file(name)
            need(hashlib.sha256(data).hexdigest() == digest, name, "it is not the one that the contents name")
            imprint, time = stamp(data, name)
            need(imprint in released, name, "it is no time stamp of this checkpoint")
            yield f"{time}, {self.stamp_signature(data, imprint, name)}"

    def stamp_signature(self, data, imprint, name):
        if not self.authorities:
            return "as it says itself; who signed it: not checked, give --tsa-ca"
        with tempfile.NamedTemporaryFile(suffix=".tsr") as file:
            file.write(data)
            file.flush()
            found = subprocess.run(["openssl", "ts", "-verify", "-digest", imprint.hex(), "-in", file.name,
                                    "-CAfile", self.authorities], capture_output=True)
        need(found.returncode == 0, name, "OpenSSL does not verify its signature under the given certificates")
        return "its signature verified by OpenSSL"


def main(arguments):
    options = {}
    while len(arguments) > 3 and arguments[-2] in ("--tsa-ca", "--later") and arguments[-2] not in options:
        options[arguments[-2]], arguments = arguments[-1], arguments[:-2]
    for path in options.values():
        if not os.path.isfile(path):
            print(f"verify-packet: {path} cannot be read", file=sys.stderr)
            return 64
    if len(arguments) != 2 or arguments[0].startswith("--"):
        print(__doc__, file=sys.stderr)
        return 64
    try:
        with open(arguments[1], "rb") as file:
            policy = Policy(file.read())
        later = None
        if "--later" in options:
            with open(options["--later"], "rb") as file:
                later = file.read()
    except (OSError, Fault) as error:
        print(f"verify-packet: {error}", file=sys.stderr)
        return 64
    try:
        Packet(read(arguments[0]), policy, options.get("--tsa-ca"), later).verify()
    except OSError as error:
        print(f"verify-packet: {error}", file=sys.stderr)
        return 66
    except (Fault, UnicodeDecodeError) as fault:
        print(f"verify-packet: {fault}", file=sys.stderr)
        return 6
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, struct.error) as fault:
        print(f"verify-packet: the packet is malformed ({type(fault).__name__})", file=sys.stderr)
        return 6
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
