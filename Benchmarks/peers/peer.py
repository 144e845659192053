"""What the drivers of other stores share: the events, the timing, the count of flushes."""

import base64
import json
import math
import mmap
import os
import random
import signal
import struct
import sys
import time
import uuid

# Ended for taking too long, a driver still stops its server.
signal.signal(signal.SIGTERM, lambda *_: sys.exit("it took too long"))


class Event:
    __slots__ = ("kind", "stream", "tags", "payload")

    def __init__(self, line):
        fields = json.loads(line)
        self.kind = fields["kind"]
        self.stream = fields["stream"]
        self.tags = fields["tags"]
        self.payload = base64.b64decode(fields["payload"])

    @staticmethod
    def new_id():
        return uuid.uuid4()


class Corpus:
    """The first events of the benchmark's history: one JSON object per line."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.events = [Event(line) for line in file]

    def __len__(self):
        return len(self.events)

    def cycle(self, start, count):
        return [self.events[index % len(self.events)] for index in range(start, start + count)]

    def tag_of_about(self, count):
        """The tag whose number of events is nearest to `count`."""
        counts = {}
        for event in self.events:
            for tag in event.tags:
                counts[tag] = counts.get(tag, 0) + 1
        return min(counts, key=lambda tag: abs(counts[tag] - count))

    @staticmethod
    def positions(count, total):
        generator = random.Random(5)
        return [generator.randint(1, total) for _ in range(count)]


class Flushes:
    """Counts the flushes of a server and its children; not a number when the counter was not built."""

    def __init__(self, directory):
        self.library = os.environ.get("FLUSH_COUNTER")
        self.environment = dict(os.environ)
        self.page = None
        if not self.library:
            return
        path = os.path.join(directory, "flushes")
        with open(path, "wb") as file:
            file.write(bytes(8))
        os.chmod(path, 0o666)
        self.file = open(path, "rb")
        self.page = mmap.mmap(self.file.fileno(), 8, prot=mmap.PROT_READ)
        self.environment |= {"LD_PRELOAD": self.library, "FLUSH_COUNT_FILE": path}

    @property
    def count(self):
        return struct.unpack("Q", self.page[:8])[0] if self.page else math.nan


def timed(body):
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def report(name, seconds, operations, flushes=None, latencies=None, note=None):
    """One row: nanoseconds per operation, and what was counted."""
    row = {"name": name, "nanoseconds": seconds * 1e9 / max(1, operations), "operations": operations}
    if latencies:
        ordered = sorted(latencies)
        row["nanoseconds"] = ordered[len(ordered) // 2] * 1e9
        row["p99"] = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1e9
    if flushes is not None and flushes >= 0:
        row["flushes"] = flushes
    if note:
        row["note"] = note
    print(json.dumps(row), flush=True)
