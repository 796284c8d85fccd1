"""The listening end of the exchange, in a thread of its own.

Rules of this module:
- a body is counted while it is read, and no more than the limit is ever held;
- what is refused says why and what to do, and nothing of this node's own affairs;
- no more exchanges run at once than the peer may have; one that does not arrive whole in time is given up.

Spec: record 10.4, 12 (limits).
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from servanda.adapters.folder import bundle_bytes_max
from servanda.adapters.http.tls import (
    ALIVE_PATH,
    BUNDLE_TYPE,
    EXCHANGE_PATH,
    TlsIdentity,
    context_of,
    is_pinned,
    pins_of,
)
from servanda.base.errors import MalformedError, PeerError, ServandaError, UsageError
from servanda.base.limits import EXCHANGES_AT_ONCE_MAX, REQUEST_AGE_MAX_S, STREAM_HTTP_BYTES_MAX

BUNDLE_BYTES_MAX = bundle_bytes_max(STREAM_HTTP_BYTES_MAX)
CONNECTIONS_MAX = 16
STOP_S = 10.0

_PEER_CERTIFICATE = "peer_certificate"

Handler = Callable[[bytes], bytes]
Refused = Callable[[str, str], None]


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
    refused: Refused | None = None,
) -> Server:
    """Bind the port of the exchange; `start` makes it answer.

    Args:
        bind: host and port; port 0 takes a free one.
        handler: bundle in, answer out; called in threads, as many at once as a peer may have exchanges.
        peer: certificates in DER that may call: one, or two while the peer changes keys.
        bytes_max: longest bundle.
        request_s: longest time [s] for a request to arrive whole.
        exchanges_max: exchanges that run at once.
        refused: told of every request that was refused, with its code and why; called in the server's thread.

    Raises:
        UsageError: `bind_failed` or `peer_unknown`.
    """
    pins = pins_of(peer)
    context = context_of(ssl.PROTOCOL_TLS_SERVER, own, peer)
    try:
        bound = socket.create_server(bind, family=socket.AF_INET6 if ":" in bind[0] else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            "bind_failed",
            f"`{bind[0]}:{bind[1]}` cannot be listened on: {error.strerror or error}",
            action="stop the process that uses it, or change `bind` under `[link]`",
        ) from error
    gate = _Gate(
        handler,
        pins=pins,
        bytes_max=bytes_max,
        request_s=request_s,
        exchanges_max=exchanges_max,
        refused=refused or _told_to_nobody,
    )
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
        self,
        handler: Handler,
        *,
        pins: frozenset[bytes],
        bytes_max: int,
        request_s: float,
        exchanges_max: int,
        refused: Refused,
    ) -> None:
        self._handler = handler
        self._pins = pins
        self._bytes_max = bytes_max
        self._request_s = request_s
        self._exchanges_max = exchanges_max
        self._told = refused
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
            return self._refused(403, "tls_refused", "send the key list that names this key")
        if self._running >= self._exchanges_max:
            return self._refused(429, "exchange_busy", "wait for the exchanges that run and try again")
        self._running += 1
        try:
            async with asyncio.timeout(self._request_s):
                bundle = await self._body(request)
            answer = await run_in_threadpool(self._handler, bundle)
        except TimeoutError:
            return self._refused(408, "request_late", "try again over a better link, or carry the bundle as a file")
        except ClientDisconnect:
            return self._refused(400, "bundle_truncated", "send the bundle again")
        except UsageError as error:
            # What stands in the way is this node's own affair and stays here.
            return self._refused(503, "node_unready", "try again later", error.message)
        except ServandaError as error:
            return self._refused(_status(error), error.code, error.action, error.message)
        finally:
            self._running -= 1
        return Response(answer, media_type=BUNDLE_TYPE)

    def _refused(self, status: int, code: str, action: str, why: str = "") -> Response:
        """A refusal, told here as well; why is told here alone."""
        self._told(code, why or f"status {status}")
        return _refusal(status, code, action)

    def _knows(self, request: Request) -> bool:
        return is_pinned(getattr(request.state, _PEER_CERTIFICATE), self._pins)

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


def _told_to_nobody(_code: str, _why: str) -> None:
    pass


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
