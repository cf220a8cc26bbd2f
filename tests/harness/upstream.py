"""A provider made of sockets: keeps the bytes of every request, and answers with exactly the bytes a test says."""

import itertools
import socket
import threading
import time
from typing import Callable

from .http1 import Broken, Message, Reader


class Call:
    """One request that has come, and the connection to answer it on."""

    def __init__(self, request: Message, connection: socket.socket, number: int):
        self.request = request
        self.connection = connection
        self.connection_number = number
        self.ended_at: float | None = None

    def send(self, *writes: bytes) -> None:
        for write in writes:
            self.connection.sendall(write)

    def wait_for_end(self) -> float:
        """Waits until weir closes the connection; when that was (time.monotonic)."""
        try:
            while self.connection.recv(1 << 16):
                pass
        except ConnectionError:
            pass
        self.ended_at = time.monotonic()
        return self.ended_at


class CloseConnection(Exception):
    """Raised by an answer that wants its connection closed after what was sent."""


Answer = Callable[[Call], None]


class Upstream:
    """Listens on a free port; every connection has a thread. `answer` may be replaced between two calls."""

    def __init__(self, answer: Answer):
        self.answer = answer
        self.calls: list[Call] = []
        self.connections = 0
        self.mistakes: list[str] = []  # what was no HTTP, or a fault of the test's own answer
        self._numbers = itertools.count(1)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Upstream":
        return self

    def __exit__(self, *_) -> None:
        self.stop_listening()
        self.close_connections()

    def stop_listening(self) -> None:
        """From now on connections are refused."""
        if self._listener.fileno() >= 0:
            # close alone would not wake the thread that waits in accept
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()

    def url(self, path: str = "") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close_connections(self) -> None:
        """Closes whatever is open, idle or not."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it has ended by itself

    @property
    def open_connections(self) -> int:
        with self._lock:
            return len(self._open)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open.add(connection)
                self.connections += 1
            threading.Thread(target=self._serve, args=(connection, next(self._numbers)), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        reader = Reader(connection)
        try:
            while reader.ahead or reader.more():
                call = Call(reader.request(), connection, number)
                self.calls.append(call)
                self.answer(call)
        except (CloseConnection, ConnectionError):
            pass
        except Broken as broken:
            self.mistakes.append(str(broken))
        except Exception as mistake:
            self.mistakes.append(repr(mistake))
            raise
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


def answer_head(status: int, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Recorded", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def whole(body: bytes, status: int = 200, content_type: str = "application/json") -> bytes:
    """An answer of known length."""
    return answer_head(status, {"content-type": content_type, "content-length": str(len(body))}) + body
