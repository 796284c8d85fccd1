"""The exchange of bundles over HTTPS, both ends, each pinned to the key of the other.

Rules of this module:
- TLS 1.3 with both certificates, and no authority but the two: each side trusts the other's own certificate alone;
- after the handshake the key of the certificate is compared with those of use `tls` in the key list;
- a body is counted while it is read, and no more than the limit is ever held;
- one answer a request; what is refused says why and what to do, and nothing of this node's own affairs;
- TLS is a second wall: bundles are signed and sealed, and nothing above relies on this module.

Spec: record 9.2 (TLS), 10.4, 12 (limits).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx2
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from servanda.adapters.folder import bundle_bytes_max
from servanda.base.errors import IntegrityError, MalformedError, PeerError, ServandaError, UsageError
from servanda.base.limits import EXCHANGES_AT_ONCE_MAX, REQUEST_AGE_MAX_S, STREAM_HTTP_BYTES_MAX
from servanda.seal.certificate import certificate_pem, locked_pem, public_key_of
from servanda.seal.keys import SecretKey

EXCHANGE_PATH = "/servanda/1/exchange"
ALIVE_PATH = "/healthz"

BUNDLE_BYTES_MAX = bundle_bytes_max(STREAM_HTTP_BYTES_MAX)
CONNECT_S = 5.0
READ_S = 60.0
ANSWER_S = 300.0
REFUSAL_BYTES_MAX = 4_096
REFUSAL_CHARACTERS_MAX = 240
CONNECTIONS_MAX = 16
STOP_S = 10.0

_BUNDLE_TYPE = "application/vnd.servanda.bundle.v1"
_PEER_CERTIFICATE = "peer_certificate"

Handler = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsIdentity:
    """The `tls` key of a node and its certificate in DER.

    Raises:
        IntegrityError: `key_invalid` where the certificate carries another key.
    """

    secret: SecretKey
    certificate: bytes

    def __post_init__(self) -> None:
        if public_key_of(self.certificate) != self.secret.public:
            raise IntegrityError(
                "key_invalid",
                "the certificate of this node carries another key than its `tls` key",
                action="make the certificate again from the key",
            )


class HttpCourier:
    """Hands bundles to the other node over HTTPS.

    Args:
        url: `https://host:port` of the other node.
        peer: its certificates in DER: one, or two while it changes keys.
        connect_s: longest wait [s] for a connection.
        read_s: longest silence [s] while the answer is made and read.
        answer_s: longest time [s] for the whole of an answer.
        bytes_max: longest bundle, either way.

    Raises:
        UsageError: `peer_url`.
    """

    def __init__(
        self,
        url: str,
        *,
        own: TlsIdentity,
        peer: Sequence[bytes],
        connect_s: float = CONNECT_S,
        read_s: float = READ_S,
        answer_s: float = ANSWER_S,
        bytes_max: int = BUNDLE_BYTES_MAX,
    ) -> None:
        self._url = _base_url(url)
        self._pins = _pins(peer)
        self._answer_s = answer_s
        self._bytes_max = bytes_max
        self._client = httpx2.Client(
            verify=_context(ssl.PROTOCOL_TLS_CLIENT, own, peer),
            timeout=httpx2.Timeout(read_s, connect=connect_s),
            trust_env=False,
            headers={"accept-encoding": "identity", "user-agent": "servanda"},
        )

    def exchange(self, bundle: bytes) -> bytes:
        """The answer of the other node to a bundle.

        Raises:
            MalformedError: `too_large` for a bundle that the link does not carry.
            PeerError: `link_down`, `link_cut`, `tls_refused`, `answer_late`, `answer_too_large` or `peer_refused`.
        """
        if len(bundle) > self._bytes_max:
            raise MalformedError(
                "too_large",
                f"a bundle of {len(bundle)} bytes is more than the link carries",
                action="carry it as a file",
            )
        return self._ask("POST", EXCHANGE_PATH, bundle)

    def alive(self) -> None:
        """Whether the other node listens and knows this one.

        Raises:
            PeerError: as `exchange`.
        """
        self._ask("GET", ALIVE_PATH, None)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def _ask(self, method: str, path: str, body: bytes | None) -> bytes:
        try:
            with self._client.stream(
                method, self._url + path, content=body, headers={"content-type": _BUNDLE_TYPE}
            ) as answer:
                link = answer.extensions["network_stream"].get_extra_info("ssl_object")
                if not _is_pinned(link.getpeercert(True), self._pins):
                    raise _tls_refused("the other node shows a key that is not in its key list")
                if answer.status_code == httpx2.codes.OK:
                    return self._read(answer, self._bytes_max)
                raise _refused(answer.status_code, self._read(answer, REFUSAL_BYTES_MAX))
        except httpx2.TransportError as error:
            raise _link_error(error, self._url) from error

    def _read(self, answer: httpx2.Response, bytes_max: int) -> bytes:
        """The body as it was sent: never decompressed, never longer than the limit, never drop by drop for ever."""
        body = bytearray()
        until_s = time.monotonic() + self._answer_s
        for part in answer.iter_raw():
            body += part
            if len(body) > bytes_max:
                raise PeerError(
                    "answer_too_large",
                    f"the other node answers with more than {bytes_max} bytes",
                    action="ask its operator to send smaller bundles",
                )
            if time.monotonic() > until_s:
                raise _late(self._url)
        return bytes(body)


class Server:
    """The listening end of the exchange, in a thread of its own.

    Made by `serve`; a context manager that starts and stops it.
    """

    def __init__(self, bound: socket.socket, config: uvicorn.Config) -> None:
        self._socket = bound
        self._runner = _Runner(config)
        self._thread = threading.Thread(
            target=self._runner.run, kwargs={"sockets": [bound]}, name="servanda-exchange", daemon=True
        )
        self.host: str = bound.getsockname()[0]
        self.port: int = bound.getsockname()[1]

    @property
    def url(self) -> str:
        """Where the other node finds this one, as seen from here."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"https://{host}:{self.port}"

    def start(self) -> None:
        """Listen; the port answers when this returns."""
        self._thread.start()
        self._runner.ready.wait(STOP_S)

    def stop(self) -> None:
        """Let running exchanges end, then listen no more."""
        self._runner.should_exit = True
        if self._thread.ident is not None:
            self._thread.join(STOP_S)
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def serve(
    bind: tuple[str, int],
    handler: Handler,
    *,
    own: TlsIdentity,
    peer: Sequence[bytes],
    bytes_max: int = BUNDLE_BYTES_MAX,
    request_s: float = REQUEST_AGE_MAX_S,
    exchanges_max: int = EXCHANGES_AT_ONCE_MAX,
) -> Server:
    """Bind the port of the exchange; `start` makes it answer.

    Args:
        bind: host and port; port 0 takes a free one.
        handler: bundle in, answer out; called in threads, as many at once as a peer may have exchanges.
        peer: certificates in DER that may call: one, or two while the peer changes keys.
        bytes_max: longest bundle.
        request_s: longest time [s] for a request to arrive whole.
        exchanges_max: exchanges that run at once.

    Raises:
        UsageError: `bind_failed` or `peer_unknown`.
    """
    pins = _pins(peer)
    context = _context(ssl.PROTOCOL_TLS_SERVER, own, peer)
    try:
        bound = socket.create_server(bind, family=socket.AF_INET6 if ":" in bind[0] else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            "bind_failed",
            f"`{bind[0]}:{bind[1]}` cannot be listened on: {error.strerror or error}",
            action="stop the process that uses it, or change `bind` under `[link]`",
        ) from error
    gate = _Gate(handler, pins=pins, bytes_max=bytes_max, request_s=request_s, exchanges_max=exchanges_max)
    config = uvicorn.Config(
        gate.app(),
        http=_CertifiedProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS_MAX,
        timeout_graceful_shutdown=int(STOP_S / 2),
        ssl_context_factory=lambda _config, _default: context,
    )
    return Server(bound, config)


class _Runner(uvicorn.Server):
    """Uvicorn, telling when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


class _CertifiedProtocol(HttpToolsProtocol):
    """Hands the certificate of the connection to the application, which uvicorn itself does not."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        super().connection_made(transport)
        link = transport.get_extra_info("ssl_object")
        self.app_state = {**self.app_state, _PEER_CERTIFICATE: link.getpeercert(True)}


class _Gate:
    """The two addresses of the exchange, behind the pinned key and the limits."""

    def __init__(
        self, handler: Handler, *, pins: frozenset[bytes], bytes_max: int, request_s: float, exchanges_max: int
    ) -> None:
        self._handler = handler
        self._pins = pins
        self._bytes_max = bytes_max
        self._request_s = request_s
        self._exchanges_max = exchanges_max
        self._running = 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route(EXCHANGE_PATH, self._exchange, methods=["POST"]),
                Route(ALIVE_PATH, self._alive, methods=["GET"]),
            ],
            exception_handlers={HTTPException: _no_such_page, Exception: _failed},
        )

    async def _alive(self, request: Request) -> Response:
        if not self._knows(request):
            return _refusal(403, "tls_refused", "send the key list that names this key")
        return JSONResponse({"alive": True})

    async def _exchange(self, request: Request) -> Response:
        if not self._knows(request):
            return _refusal(403, "tls_refused", "send the key list that names this key")
        if self._running >= self._exchanges_max:
            return _refusal(429, "exchange_busy", "wait for the exchanges that run and try again")
        self._running += 1
        try:
            async with asyncio.timeout(self._request_s):
                bundle = await self._body(request)
            answer = await run_in_threadpool(self._handler, bundle)
        except TimeoutError:
            return _refusal(408, "request_late", "try again over a better link, or carry the bundle as a file")
        except ClientDisconnect:
            return _refusal(400, "bundle_truncated", "send the bundle again")
        except UsageError:
            # What stands in the way is this node's own affair and stays here.
            return _refusal(503, "node_unready", "try again later")
        except ServandaError as error:
            return _refusal(_status(error), error.code, error.action)
        finally:
            self._running -= 1
        return Response(answer, media_type=_BUNDLE_TYPE)

    def _knows(self, request: Request) -> bool:
        return _is_pinned(getattr(request.state, _PEER_CERTIFICATE), self._pins)

    async def _body(self, request: Request) -> bytes:
        body = bytearray()
        if int(request.headers.get("content-length", "0")) > self._bytes_max:
            raise self._too_large()
        async for part in request.stream():
            body += part
            if len(body) > self._bytes_max:
                raise self._too_large()
        return bytes(body)

    def _too_large(self) -> MalformedError:
        return MalformedError(
            "too_large", "the bundle is longer than the limit", action=f"send no more than {self._bytes_max} bytes"
        )


def _status(error: ServandaError) -> int:
    if error.code == "too_large":
        return 413
    return 409 if isinstance(error, PeerError) else 400


def _refusal(status: int, code: str, action: str) -> JSONResponse:
    """A refusal closes the connection: what the peer still sends is not read."""
    return JSONResponse({"error": code, "action": action}, status_code=status, headers={"connection": "close"})


async def _no_such_page(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    return _refusal(status, "address_unknown", f"use POST {EXCHANGE_PATH}")


async def _failed(_request: Request, _error: Exception) -> Response:
    return _refusal(500, "node_failed", "try again later and tell the operator of that node")


def _context(side: int, own: TlsIdentity, peer: Sequence[bytes]) -> ssl.SSLContext:
    """TLS 1.3 that shows our certificate and accepts no other than the peer's."""
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # a key is pinned, not a name
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # exactly these, also where two bear one name
    if side == ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # a resumed session would outlive a key that was withdrawn
    for certificate in peer:
        context.load_verify_locations(cadata=certificate)
    # The ssl module reads keys from files alone: the key lies there for a moment, locked.
    key, passphrase = locked_pem(own.secret)
    with tempfile.TemporaryDirectory(prefix="servanda-") as folder:
        pem = Path(folder) / "own.pem"
        pem.write_bytes(key + certificate_pem(own.certificate))
        context.load_cert_chain(pem, password=passphrase)
    return context


def _pins(peer: Sequence[bytes]) -> frozenset[bytes]:
    if not peer:
        raise UsageError(
            "peer_unknown", "no `tls` key of the peer is known", action="take in the peer's key list first"
        )
    return frozenset(public_key_of(certificate).raw for certificate in peer)


def _is_pinned(certificate: bytes | None, pins: frozenset[bytes]) -> bool:
    return certificate is not None and public_key_of(certificate).raw in pins


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    rest = (parts.path.strip("/"), parts.query, parts.fragment, parts.username)
    try:
        is_address = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0 and not any(rest)
    except ValueError:  # a port that is no number
        is_address = False
    if not is_address:
        raise UsageError(
            "peer_url", f"`{url}` is no address of a node", action="write `https://host:port` under `[peer]`"
        )
    return f"https://{parts.netloc}"


def _refused(status: int, body: bytes) -> PeerError:
    """What the other node says against a bundle: its words are shown, cut short and without control characters."""
    try:
        refusal = msgspec.json.decode(body, type=dict[str, str])
    except msgspec.MsgspecError:
        refusal = {}
    code = _plain(refusal.get("error", "")) or f"status {status}"
    action = _plain(refusal.get("action", "")) or "try again later"
    return PeerError("peer_refused", f"the other node refuses the bundle: `{code}`", action=action)


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:REFUSAL_CHARACTERS_MAX]


def _link_error(error: httpx2.TransportError, url: str) -> PeerError:
    """What a failed connection means.

    A node that refuses our certificate may only hang up, for in TLS 1.3 it sees it when we think the handshake done.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return _tls_refused(f"no TLS connection with `{url}`: {cause.reason or cause}")
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx2.ReadTimeout):
        return _late(url)
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout):
        return PeerError("link_down", f"`{url}` cannot be reached: {error}", action="check the link; it is tried again")
    return PeerError(
        "link_cut",
        f"`{url}` hangs up before it has answered: {error}",
        action="it is tried again; if it stays so, compare both key lists with the other node's operator",
    )


def _tls_refused(message: str) -> PeerError:
    return PeerError("tls_refused", message, action="compare both key lists with the other node's operator")


def _late(url: str) -> PeerError:
    return PeerError("answer_late", f"`{url}` does not answer in time", action="it is tried again; ask its operator")
