"""UmaDB, a server reached over gRPC, measured with its own client on the same machine.

Started by chartledger-bench; prints one JSON object per row. The client is compiled code and lets go
of the interpreter's lock while it waits, so that threads are concurrent clients.
"""

import os
import socket
import subprocess
import sys
import threading
import time

from peer import Corpus, Flushes, report, timed

import umadb


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, directory, flushes):
        self.url = f"http://127.0.0.1:{free_port()}"
        self.process = subprocess.Popen(
            [os.path.join(os.path.dirname(sys.executable), "umadb"),
             "--listen", self.url.removeprefix("http://"),
             "--db-path", os.path.join(directory, "uma.db")],
            env=flushes.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.client = umadb.Client(self.url)
                self.client.head()
                return
            except Exception:
                if self.process.poll() is not None:
                    raise
                time.sleep(0.05)
        raise SystemExit("umadb does not answer")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def events(corpus, start, count):
    return [
        umadb.Event(event_type=str(e.kind), data=e.payload, tags=[e.stream, *e.tags],
                    uuid=e.new_id())
        for e in corpus.cycle(start, count)
    ]


def main():
    arguments = sys.argv[1:]
    directory, corpus_path, lone, per_writer = (
        arguments[0], arguments[1], int(arguments[2]), int(arguments[3]))
    corpus = Corpus(corpus_path)
    flushes = Flushes(directory)
    server = Server(directory, flushes)
    try:
        # Bulk first, so that appends meet a filled store as ours do.
        batches = [events(corpus, start, min(1000, len(corpus) - start))
                   for start in range(0, len(corpus), 1000)]
        before = flushes.count
        seconds = timed(lambda: [server.client.append(batch) for batch in batches])
        report("bulk", seconds, len(corpus), flushes.count - before)

        singles = events(corpus, 0, lone)
        latencies = []
        before = flushes.count
        for event in singles:
            latencies.append(timed(lambda: server.client.append([event])))
        report("lone", sum(latencies), lone, flushes.count - before, latencies)

        for writers in (16, 64, 256):
            count = writers * per_writer
            shares = [events(corpus, writer * per_writer, per_writer) for writer in range(writers)]
            clients = [umadb.Client(server.url) for _ in range(writers)]

            def write(client, share):
                for event in share:
                    client.append([event])

            threads = [threading.Thread(target=write, args=pair) for pair in zip(clients, shares)]
            before = flushes.count
            seconds = timed(lambda: ([t.start() for t in threads], [t.join() for t in threads]))
            report(f"group {writers}", seconds, count, flushes.count - before)

        total = 0

        def scan():
            nonlocal total
            total = sum(1 for _ in server.client.read())

        seconds = timed(scan)
        report("scan", seconds, total)

        query = umadb.Query(items=[umadb.QueryItem(tags=[corpus.tag_of_about(259)])])
        found = 0
        latencies = []
        for _ in range(100):
            def ask():
                nonlocal found
                found = sum(1 for _ in server.client.read(query=query))
            latencies.append(timed(ask))
        report("tag", sum(latencies), 100, latencies=latencies, note=f"{found} events")

        latencies = []
        for position in corpus.positions(500, total):
            latencies.append(
                timed(lambda: list(server.client.read(start=position, limit=1))))
        report("point", sum(latencies), len(latencies), latencies=latencies)
    finally:
        server.stop()


main()
