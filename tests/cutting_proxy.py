"""A bad line: a TCP proxy that ends connections after a random number of bytes, either way, from a seed."""

import contextlib
import socket
import threading
from random import Random

PIECE = 4096  # bytes


class CuttingProxy:
    """Passes connections on to `target`. While `cutting` is set, most of them are cut somewhere."""

    def __init__(self, target: tuple[str, int], seed: int) -> None:
        self.target = target
        self.rng = Random(seed)
        self.cutting = False
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for side in list(self._open):
            _reset(side)
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self.target, timeout=30)
            except OSError:
                _reset(client)
                continue
            self._open |= {client, server}
            allowed = self.rng.choice((200, 900, 5_000, 40_000, 200_000)) if self.cutting else None
            budget = _Budget(None if allowed is None else self.rng.randrange(allowed))
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=self._pass_on, args=(source, sink, budget), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, budget: "_Budget") -> None:
        try:
            while data := source.recv(PIECE):
                allowed = budget.take(len(data))
                sink.sendall(data[:allowed])
                if allowed < len(data):
                    self.cuts += 1
                    break
        except OSError:
            pass
        for side in (source, sink):
            _reset(side)
            self._open.discard(side)


class _Budget:
    """How many bytes a connection may still carry, both ways together; None is no end."""

    def __init__(self, left: int | None) -> None:
        self.left = left
        self._lock = threading.Lock()

    def take(self, wanted: int) -> int:
        with self._lock:
            if self.left is None:
                return wanted
            taken = min(wanted, self.left)
            self.left -= taken
            return taken


def _reset(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()
