"""An event log on PostgreSQL, in a private cluster in a scratch folder: measured with pgbench, its own
compiled client, over a local socket."""

import glob
import os
import pwd
import shutil
import subprocess
import sys

from peer import Corpus, Flushes, report, timed

HERE = os.path.dirname(os.path.abspath(__file__))
SETTINGS = """
listen_addresses = ''
fsync = on
synchronous_commit = on
wal_sync_method = fdatasync
full_page_writes = on
shared_buffers = 512MB
max_wal_size = 4GB
max_connections = 300
"""
SINGLE = """\\set n random(1, {count})
SELECT append_event(gen_random_uuid(), stream, kind, tags, payload) FROM corpus WHERE number = :n;
"""


class Cluster:
    def __init__(self, directory, flushes):
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.data = os.path.join(directory, "pg")
        self.directory = directory
        self.flushes = flushes
        # The server refuses to run as root.
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            entry = pwd.getpwnam(self.user)
            os.chown(directory, entry.pw_uid, entry.pw_gid)
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "--data-checksums",
                 "--no-sync")
        with open(os.path.join(self.data, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.write(SETTINGS + f"unix_socket_directories = '{directory}'\n")
        self.run("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(directory, "pg.log"), "start",
                 environment=flushes.environment)

    def run(self, program, *arguments, environment=None, text=None):
        command = [os.path.join(self.bin, program), *arguments]
        switched = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        done = subprocess.run(command, env=environment, input=text, text=True, cwd=self.directory,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **switched)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stderr.strip()[-400:]}")
        return done.stdout

    def sql(self, text, *arguments):
        return self.run("psql", "-h", self.directory, "-U", "postgres", "-q", "-At", "-v",
                        "ON_ERROR_STOP=1", *arguments, text=text)

    def pgbench(self, script, clients, transactions, **variables):
        """Latencies in seconds, and the seconds that all took together.

        What may hold a colon goes into `variables`: in a script it would begin the name of one."""
        path = os.path.join(self.directory, "script.sql")
        with open(path, "w", encoding="utf-8") as file:
            file.write(script)
        for old in glob.glob(os.path.join(self.directory, "latency*")):
            os.remove(old)
        output = self.run(
            "pgbench", "-h", self.directory, "-U", "postgres", "-n", "-M", "prepared", "-f", path,
            "-c", str(clients), "-j", str(min(clients, 2)), "-t", str(transactions),
            *(f"-D{name}={value}" for name, value in variables.items()), "-l",
            "--log-prefix", os.path.join(self.directory, "latency"))
        latencies = []
        for log in glob.glob(os.path.join(self.directory, "latency*")):
            with open(log, encoding="utf-8") as file:
                latencies += [int(line.split()[2]) / 1e6 for line in file]
        rate = next(float(line.split()[2]) for line in output.splitlines()
                    if line.startswith("tps = "))
        return latencies, clients * transactions / rate

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")


def main():
    directory, corpus_path, lone, per_writer = (
        sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    corpus = Corpus(corpus_path)
    flushes = Flushes(directory)
    cluster = Cluster(directory, flushes)
    try:
        with open(os.path.join(HERE, "postgres_log.sql"), encoding="utf-8") as file:
            cluster.sql(file.read())
        rows = "".join(
            f"{e.stream}\t{e.kind}\t{{{','.join(quoted(tag) for tag in e.tags)}}}"
            f"\t\\\\x{e.payload.hex()}\n" for e in corpus.events)
        cluster.sql("COPY corpus(stream, kind, tags, payload) FROM STDIN;\n" + rows + "\\.\n")

        batches = "".join(
            "SELECT count(append_event(gen_random_uuid(), stream, kind, tags, payload)) FROM "
            f"(SELECT * FROM corpus WHERE number > {start} AND number <= {start + 1000}"
            " ORDER BY number) batch;\n" for start in range(0, len(corpus), 1000))
        before = flushes.count
        seconds = timed(lambda: cluster.sql(batches))
        report("bulk", seconds, len(corpus), flushes.count - before)

        script = SINGLE.format(count=len(corpus))
        before = flushes.count
        latencies, seconds = cluster.pgbench(script, 1, lone)
        report("lone", seconds, lone, flushes.count - before, latencies)
        for writers in (16, 64, 256):
            before = flushes.count
            _, seconds = cluster.pgbench(script, writers, per_writer)
            report(f"group {writers}", seconds, writers * per_writer, flushes.count - before)

        total = int(cluster.sql("SELECT count(*) FROM events;"))
        copy = "COPY (SELECT kind, payload FROM events ORDER BY position) TO STDOUT (FORMAT binary);"
        seconds = timed(lambda: cluster.sql(copy, "-o", os.devnull))
        report("scan", seconds, total)

        tag = corpus.tag_of_about(259)
        cluster.sql("ANALYZE events;")
        found = cluster.sql(
            "SELECT count(*) FROM events WHERE tags @> ARRAY[:'tag'];", "-v", f"tag={tag}").strip()
        latencies, seconds = cluster.pgbench(
            "SELECT kind, payload FROM events WHERE tags @> ARRAY[:tag] ORDER BY position;\n",
            1, 100, tag=tag)
        report("tag", seconds, 100, latencies=latencies, note=f"{found} events")

        latencies, seconds = cluster.pgbench(
            f"\\set n random(1, {total})\nSELECT kind, payload FROM events WHERE position = :n;\n",
            1, 500)
        report("point", seconds, 500, latencies=latencies)
    finally:
        cluster.stop()


def quoted(tag):
    return '"' + tag.replace("\\", "\\\\").replace('"', '\\"') + '"'


if not glob.glob("/usr/lib/postgresql/*/bin/initdb") or not shutil.which("bash"):
    raise SystemExit("PostgreSQL's server is not installed")
main()
