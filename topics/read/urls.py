"""Pages by their addresses: fetched only from public hosts, each within limits; they are then read like files.

Where a name leads is looked up once, checked, and that very address is connected to, anew at each redirect: so no
page can send this machine to its own network. Proxies, cookies and passwords are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, urljoin, urlsplit

from topics import __version__
from topics.errors import ReadError
from topics.read.encoding import decode
from topics.read.files import Upload, bytes_of
from topics.values import Skipped

if TYPE_CHECKING:
    from topics.protocols import Tick

T = TypeVar("T")

Resolve = Callable[[str, int], Sequence[str]]
"""Called as ``resolve(host, port)``; returns the IP addresses of a host."""

_SENT = {"User-Agent": f"topics/{__version__}", "Accept-Encoding": "identity", "Accept": "*/*", "Connection": "close"}
_MOVED = {301, 302, 303, 307, 308}
_AT_ONCE = 8
_PIECE = 1 << 16
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *(
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2002::/16",
            "2001::/32",
            "::/96",
        ),  # stand for IPv4 addresses, public or not
        *("192.0.0.0/24", "192.88.99.0/24", "fec0::/10"),  # of protocols, and a kind of private address that is no more
    )
)
_HOSTS_OF_CLOUDS = {ipaddress.ip_address("168.63.129.16")}  # public in form, and yet the machine's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """How pages are fetched.

    Parameters
    ----------
    seconds, bytes, redirects
        What one page may take.
    resolve
        Finds the addresses of a host.
    allowed
        Whether an address may be connected to.
    """

    seconds: float = 30
    bytes: int = 20 << 20
    redirects: int = 3
    resolve: Resolve | None = None
    allowed: Callable[[str], bool] | None = None


def read_list(path: Path) -> list[str]:
    """Read a list of addresses, one a line; blank lines, those after ``#`` and repetitions are left out.

    Raises
    ------
    ReadError
        There is no such file, or no address in it.
    """
    try:
        text = decode(bytes_of(path)).text
    except ReadError as error:
        raise ReadError(f"{path} {error}") from error
    lines = [line.strip() for line in text.split("\n")]
    urls = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not urls:
        raise ReadError(f"{path} holds no address; give one a line")
    return urls


def fetch_all(
    urls: Sequence[str], fetching: Fetching | None = None, *, progress: Tick | None = None
) -> list[Upload | Skipped]:
    """Fetch pages, several at a time.

    Returns
    -------
    list
        In the order of ``urls`` each page, with its address as its name, or why it was not to be had.
    """
    how = fetching or Fetching()

    def one(url: str) -> Upload | Skipped:
        try:
            return Upload(url, fetch(url, how))
        except ReadError as error:
            return Skipped(url, str(error))

    pages: list[Future[Upload | Skipped]] = [Future() for _ in urls]
    waiting = deque(zip(pages, urls, strict=True))

    def work() -> None:
        while True:
            try:
                page, url = waiting.popleft()
            except IndexError:
                return
            _settle(page, partial(one, url))

    for _ in range(min(_AT_ONCE, len(urls))):  # daemons: whoever stops the program does not wait for a slow server
        threading.Thread(target=work, name="topics-fetch", daemon=True).start()
    found: list[Upload | Skipped] = []
    try:
        for page in pages:
            found.append(page.result())
            if progress is not None:
                progress(len(found), len(urls))
    finally:
        waiting.clear()
    return found


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    """Have a future tell what a call returns or raises."""
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 - it is raised where the future is asked
        future.set_exception(error)


def fetch(url: str, fetching: Fetching) -> bytes:
    """Return the bytes of a page.

    Raises
    ------
    ReadError
        It is not to be had, or may not be; the message continues the address.
    """
    deadline = time.monotonic() + fetching.seconds
    here = url
    for _ in range(fetching.redirects + 1):
        answer = _asked(here, fetching, deadline)
        if isinstance(answer, bytes):
            return answer
        here = urljoin(here, answer)
    raise ReadError(f"sends on to other addresses more than {fetching.redirects} times")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, and of one host."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        return False  # whoever writes an IPv4 address like that has something to hide
    if any(ip in network for network in _SPECIAL if network.version == ip.version) or ip in _HOSTS_OF_CLOUDS:
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a page is: the host by its name, and the address that is connected to."""

    secure: bool
    host: str
    port: int
    path: str
    address: str


def _place(url: str, fetching: Fetching, deadline: float) -> _Place:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        host = (parts.hostname or "").rstrip(".")
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise ReadError("is no address; write it as https://host/page") from error
    if parts.scheme not in {"http", "https"} or not host:
        raise ReadError("is no address of the web; only http and https are fetched")
    if parts.username is not None or parts.password is not None:
        raise ReadError("holds a name or password, which is not sent; leave it out")
    try:
        addresses = _addresses(host, port, fetching, deadline)
    except (OSError, UnicodeError) as error:
        raise ReadError(f"is on a host that is not found ({host})") from error
    allowed = fetching.allowed or is_public
    if not addresses or not all(allowed(address) for address in addresses):
        raise ReadError(f"is on a host that is not public ({host}); such addresses are not fetched")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{_query(parts.query)}" if parts.query else "")
    return _Place(parts.scheme == "https", host, port, path, addresses[0])


def _query(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?")


def _addresses(host: str, port: int, fetching: Fetching, deadline: float) -> Sequence[str]:
    """Look up a host, in a thread of its own: the system may take minutes, and cannot be told to stop."""
    found: Future[Sequence[str]] = Future()
    call = partial(fetching.resolve or _system, host, port)
    threading.Thread(target=_settle, args=(found, call), name="topics-resolve", daemon=True).start()
    wait([found], max(0.001, deadline - time.monotonic()))
    if not found.done():
        raise _late(fetching)
    return found.result()


def _late(fetching: Fetching) -> ReadError:
    return ReadError(f"took more than {fetching.seconds:.0f} s")


def _system(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _asked(url: str, fetching: Fetching, deadline: float) -> bytes | str:
    """Return the page at an address, or the address that it sends on to."""
    place = _place(url, fetching, deadline)
    late = _late(fetching)
    try:
        with _connected(place, deadline) as connection:
            connection.request("GET", place.path, headers=_SENT)
            with connection.getresponse() as answer:
                if answer.status in _MOVED and answer.headers.get("Location"):
                    return str(answer.headers["Location"])
                if answer.status != 200:
                    raise ReadError(f"was not sent: the server answers {answer.status} {answer.reason}".rstrip())
                body = _body(answer, fetching.bytes)
                if time.monotonic() >= deadline:  # what was cut looks like the end of a page of unknown length
                    raise late
                return _as_utf8(body, answer)
    except (OSError, http.client.HTTPException, ValueError) as error:
        if time.monotonic() >= deadline:
            raise late from error
        raise ReadError(_said(error)) from error


def _said(error: Exception) -> str:
    """Return why a page was not to be had, as what continues its address."""
    if isinstance(error, http.client.IncompleteRead):
        return "was cut off on its way; try again"
    if isinstance(error, http.client.HTTPException):
        return "could not be fetched: its server does not answer as one of the web does"
    return f"could not be fetched: {(getattr(error, 'strerror', None) or type(error).__name__).lower()}"


@contextmanager
def _connected(place: _Place, deadline: float) -> Iterator[http.client.HTTPConnection]:
    """Connect to the address that was checked, and cut the connection at the deadline, whatever is being waited for."""
    left = max(0.001, deadline - time.monotonic())
    plain = socket.create_connection((place.address, place.port), timeout=left)
    timer = threading.Timer(max(0.001, deadline - time.monotonic()), _cut, (plain,))
    timer.daemon = True
    timer.start()
    connection = http.client.HTTPConnection(place.host, place.port)
    try:
        connection.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=place.host) if place.secure else plain
        )
        yield connection
    finally:
        timer.cancel()
        connection.close()
        plain.close()


def _cut(connected: socket.socket) -> None:
    try:
        connected.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended in the same moment


def _body(answer: http.client.HTTPResponse, most: int) -> bytes:
    large = ReadError(f"is larger than {most / (1 << 20):.0f} MB; save it as a file")
    if answer.length is not None and answer.length > most:
        raise large
    pieces: list[bytes] = []
    size = 0
    while piece := answer.read(_PIECE):
        size += len(piece)
        if size > most:
            raise large
        pieces.append(piece)
    if answer.length:
        raise ReadError("was cut off on its way; try again")
    packing = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if packing == "identity":
        return b"".join(pieces)
    if packing not in {"gzip", "x-gzip", "deflate"}:
        raise ReadError(f"is sent packed by {packing}, which is not read")
    return _unpacked(b"".join(pieces), most, large)


def _unpacked(packed: bytes, most: int, large: ReadError) -> bytes:
    """Unpack a body, which may be several packed pieces one after the other, and no more of it than may be held."""
    body = b""
    while packed:
        unpacking = zlib.decompressobj(47)
        try:
            body += unpacking.decompress(packed, most + 1 - len(body))
        except zlib.error as error:
            raise ReadError("is sent packed, and damaged") from error
        if len(body) > most:
            raise large
        if not unpacking.eof:
            raise ReadError("is sent packed, and cut off; try again")
        packed = unpacking.unused_data
    return body


def _as_utf8(body: bytes, answer: http.client.HTTPResponse) -> bytes:
    """Return text whose encoding the server tells as UTF-8 that says so, for a page need not say it itself."""
    charset = answer.headers.get_content_charset()
    if not charset or answer.headers.get_content_maintype() != "text" or body.startswith(b"%PDF"):
        return body
    try:
        return b"\xef\xbb\xbf" + body.decode(charset).lstrip("\ufeff").encode("utf-8")
    except (LookupError, UnicodeError):
        return body
