"""HTTP/1.1 over a raw socket: a client that sends exactly the bytes it is given, and a strict reader."""

import json
import socket
from dataclasses import dataclass, field

PATIENCE = 30.0  # seconds that anything may take before a test fails instead of hanging


class Broken(Exception):
    """The connection ended, or what came is no HTTP."""


@dataclass
class Message:
    """One request or answer, as it was on the wire and as it is understood."""

    first_line: str
    headers: list[tuple[str, str]]
    raw_head: bytes
    body: bytes = b""
    pieces: list[bytes] = field(default_factory=list)  # chunks, where it came in chunks

    def header(self, name: str) -> str | None:
        values = self.all(name)
        if len(values) > 1:
            raise Broken(f"{name} is there {len(values)} times")
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name]

    @property
    def status(self) -> int:
        return int(self.first_line.split(" ")[1])

    @property
    def target(self) -> str:
        return self.first_line.split(" ")[1]

    def json(self):
        return json.loads(self.body)

    @property
    def code(self) -> str | None:
        """The stable word of an error body, in either dialect."""
        try:
            error = self.json()["error"]
            return error.get("code") if isinstance(error, dict) else None
        except (ValueError, KeyError, TypeError):
            return None


class Reader:
    """Reads messages from a socket; what has come ahead of its turn is kept."""

    def __init__(self, connection: socket.socket):
        self.socket = connection
        self.ahead = b""

    def more(self) -> bool:
        data = self.socket.recv(1 << 18)
        self.ahead += data
        return bool(data)

    def until(self, mark: bytes) -> bytes:
        searched = 0
        while (at := self.ahead.find(mark, searched)) < 0:
            searched = max(0, len(self.ahead) - len(mark))
            if not self.more():
                raise Broken(f"ended before {mark!r}, after {self.ahead[:200]!r}")
        taken, self.ahead = self.ahead[: at + len(mark)], self.ahead[at + len(mark) :]
        return taken

    def exactly(self, size: int) -> bytes:
        parts, have = [self.ahead], len(self.ahead)
        while have < size:
            data = self.socket.recv(min(size - have, 1 << 20))
            if not data:
                self.ahead = b"".join(parts)
                raise Broken(f"ended after {have} of {size} bytes")
            parts.append(data)
            have += len(data)
        whole = b"".join(parts)
        self.ahead = whole[size:]
        return whole[:size]

    def to_end(self) -> bytes:
        while self.more():
            pass
        taken, self.ahead = self.ahead, b""
        return taken

    def head(self) -> Message:
        raw = self.until(b"\r\n\r\n")
        first, *lines = raw[:-4].decode("latin-1").split("\r\n")
        headers = []
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon or not name or name != name.strip():
                raise Broken(f"not a header line: {line!r}")
            headers.append((name, value.strip(" \t")))
        return Message(first, headers, raw)

    def chunks(self) -> list[bytes]:
        pieces = []
        while size := int(self.until(b"\r\n")[:-2].split(b";")[0], 16):
            pieces.append(self.exactly(size))
            if self.exactly(2) != b"\r\n":
                raise Broken("a chunk is longer than it says")
        if self.exactly(2) != b"\r\n":
            raise Broken("the last chunk has no end")
        return pieces

    def body_of(self, message: Message, ends_with_connection: bool) -> Message:
        """Reads the body of `message` by its framing."""
        lengths, codings = message.all("content-length"), message.all("transfer-encoding")
        if len(lengths) + len(codings) > 1:
            raise Broken(f"contradictory framing: {lengths} {codings}")
        if codings:
            if codings != ["chunked"]:
                raise Broken(f"transfer-encoding {codings}")
            message.pieces = self.chunks()
            message.body = b"".join(message.pieces)
        elif lengths:
            message.body = self.exactly(int(lengths[0]))
        elif ends_with_connection:
            message.body = self.to_end()
        return message

    def request(self) -> Message:
        return self.body_of(self.head(), ends_with_connection=False)

    def answer(self) -> Message:
        """The next final answer; 1xx answers before it are passed over."""
        while True:
            message = self.head()
            if message.status >= 200:
                return self.body_of(message, ends_with_connection=message.status not in (204, 304))


class Client(Reader):
    """A connection to weir."""

    def __init__(self, port: int, receive_buffer: int | None = None):
        connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        connection.settimeout(PATIENCE)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.connect(("127.0.0.1", port))
        super().__init__(connection)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def send(self, *writes: bytes) -> None:
        for write in writes:
            self.socket.sendall(write)

    def end_sending(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.socket.close()

    def ask(self, path: str, body: bytes | dict, headers: dict[str, str] | None = None) -> Message:
        """A plain POST of JSON, and its answer."""
        self.send(post(path, body, headers))
        return self.answer()

    def get(self, path: str) -> Message:
        self.send(b"GET %b HTTP/1.1\r\nhost: localhost\r\n\r\n" % path.encode())
        return self.answer()


def head_lines(first_line: str, headers: dict[str, str]) -> bytes:
    lines = [first_line, *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def post(path: str, body: bytes | dict, headers: dict[str, str] | None = None) -> bytes:
    """A POST of known length, as bytes."""
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    all_headers = {"host": "localhost", "content-type": "application/json", "content-length": str(len(body))}
    return head_lines(f"POST {path} HTTP/1.1", all_headers | (headers or {})) + body
