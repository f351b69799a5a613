"""`decnet bus serve` on a socket of its own, and the other commands beside it."""
import json
import os
import pathlib
import subprocess
import time

from foreign_client import Bus

BINARY = os.environ.get("DECNET_BINARY", str(pathlib.Path(__file__).parents[3] / "build/release/decnet"))
WAIT_MAX_S = 20


class Broker:
    def __init__(self, folder, *arguments):
        self.folder, self.path, self.arguments = pathlib.Path(folder), str(pathlib.Path(folder) / "bus.sock"), arguments
        self.process, self.log = None, open(self.folder / "broker.log", "ab")

    def command(self, *arguments):
        return [BINARY, "--data-dir", str(self.folder / "data"), *arguments]

    def start(self):
        self.process = subprocess.Popen(self.command(*self.arguments, "bus", "serve", "--socket", self.path), stderr=self.log)
        wait_for(self.answers)
        return self

    def answers(self):
        assert self.process.poll() is None, self.said()
        try:
            Bus(self.path, "probe").close()
        except OSError:
            return False
        return True

    def said(self):
        return (self.folder / "broker.log").read_text(encoding="utf-8")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(WAIT_MAX_S)
        self.log.close()

    def client(self, *arguments, **options):
        """A command that goes on: its process."""
        words = self.command(*[word for word in arguments if word == "--json"], "bus", "--socket", self.path,
                             *[word for word in arguments if word != "--json"])
        return subprocess.Popen(words, stdin=options.pop("stdin", subprocess.DEVNULL), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True, **options)

    def run(self, *arguments, given=None, check=True):
        process = self.client(*arguments, stdin=subprocess.PIPE)
        out, err = process.communicate(given, timeout=60)
        assert not check or process.returncode == 0, f"{arguments}: {out}{err}"
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def report(self):
        """The broker's own words, as any client can ask for them."""
        bus = Bus(self.path, "asker")
        bus.subscribe("system.bus.report")
        bus.publish("system.bus.query", {})
        answer = bus.receive()
        bus.close()
        assert answer[:2] == ("EVT", "system.bus.report")
        return answer[2]["payload"]

    def wait_for_client(self, name, subscriptions=0):
        return wait_for(lambda: [one for one in self.report()["clients"] if one["name"] == name and one["subscriptions"] >= subscriptions])


def wait_for(condition):
    until = time.monotonic() + WAIT_MAX_S
    while True:
        outcome = condition()
        if outcome or time.monotonic() > until:
            assert outcome, "waited in vain"
            return outcome
        time.sleep(0.02)


def lines_of_json(text):
    return [json.loads(line) for line in text.splitlines()]
