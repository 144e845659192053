"""The eventsourcing library on SQLite, within this process: its application recorder, measured from
Python, which is how its users meet it. Its own log keeps neither tags nor unique event ids."""

import os
import sys
import uuid

from peer import Corpus, Flushes, report, timed

# Before SQLite is loaded, so that its flushes are counted: start again under the counter.
if os.environ.get("FLUSH_COUNTER") and "FLUSH_COUNT_FILE" not in os.environ:
    os.execve(sys.executable, [sys.executable, *sys.argv], Flushes(sys.argv[1]).environment)

from eventsourcing.persistence import StoredEvent  # noqa: E402
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore  # noqa: E402


class CountedFlushes:
    """Reads the count that this process keeps."""

    def __init__(self):
        path = os.environ.get("FLUSH_COUNT_FILE")
        self.file = open(path, "rb") if path else None

    @property
    def count(self):
        if not self.file:
            return -1
        self.file.seek(0)
        return int.from_bytes(self.file.read(8), "little")


def main():
    directory, corpus_path, lone = sys.argv[1], sys.argv[2], int(sys.argv[3])
    corpus = Corpus(corpus_path)
    flushes = CountedFlushes()
    recorder = SQLiteApplicationRecorder(
        SQLiteDatastore(os.path.join(directory, "eventsourcing.db")))
    recorder.create_table()
    versions = {}

    def stored(event):
        versions[event.stream] = versions.get(event.stream, 0) + 1
        return StoredEvent(
            originator_id=uuid.UUID(event.stream), originator_version=versions[event.stream],
            topic=str(event.kind), state=event.payload)

    events = [stored(event) for event in corpus.events]
    before = flushes.count
    seconds = timed(lambda: [
        recorder.insert_events(events[start:start + 1000]) for start in range(0, len(events), 1000)])
    report("bulk", seconds, len(events), flushes.count - before if before >= 0 else None)

    singles = [stored(event) for event in corpus.cycle(0, lone)]
    before = flushes.count
    latencies = [timed(lambda: recorder.insert_events([event])) for event in singles]
    report("lone", sum(latencies), lone, flushes.count - before if before >= 0 else None, latencies)

    total = 0

    def scan():
        nonlocal total
        start, total = 1, 0
        while page := recorder.select_notifications(start, 5000):
            total += len(page)
            start = page[-1].id + 1

    seconds = timed(scan)
    report("scan", seconds, total)

    latencies = []
    for position in corpus.positions(500, total):
        latencies.append(timed(lambda: recorder.select_notifications(position, 1)))
    report("point", sum(latencies), len(latencies), latencies=latencies)


main()
