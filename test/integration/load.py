"""Touches that can be counted afterwards: each asks for a path of its own."""
import http.client
import itertools
import threading
import time


class Load:
    """Threads that ask http deckies for one path after another, a connection each, from several addresses."""

    def __init__(self, places, threads=4, pause_s=0.01):
        self.places, self.pause_s = places, pause_s
        self.answered = {}  # path: when the answer was there (monotonic)
        self.refused = 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(threads)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join(30)

    def run(self, number):
        for count in itertools.count():
            if self.ended.wait(self.pause_s):
                return
            ip, port = self.places[count % len(self.places)]
            path = f"/load-{number}-{count}"
            peer = http.client.HTTPConnection(ip, port, timeout=5, source_address=(f"127.{10 + number}.0.{1 + count % 200}", 0))
            try:
                peer.request("GET", path, headers={"User-Agent": "load"})
                peer.getresponse().read()
                self.answered[path] = time.monotonic()
            except OSError:
                self.refused += 1
            except http.client.HTTPException:
                self.refused += 1
            finally:
                peer.close()
