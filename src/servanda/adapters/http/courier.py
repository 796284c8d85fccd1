"""The calling end of the exchange: a bundle out, its answer back.

Rules of this module:
- one answer a request; it is counted while it is read, never unpacked, and never waited for without end;
- what the other node says against a bundle is shown, cut short and without what could move a screen;
- proxies and authorities of the machine are not asked.

Spec: record 10.4, 12 (limits).
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx2
import msgspec

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
from servanda.base.errors import MalformedError, PeerError, UsageError
from servanda.base.limits import STREAM_HTTP_BYTES_MAX

BUNDLE_BYTES_MAX = bundle_bytes_max(STREAM_HTTP_BYTES_MAX)
CONNECT_S = 5.0
READ_S = 60.0
ANSWER_S = 300.0
REFUSAL_BYTES_MAX = 4_096
REFUSAL_CHARACTERS_MAX = 240


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
        self._pins = pins_of(peer)
        self._answer_s = answer_s
        self._bytes_max = bytes_max
        self._client = httpx2.Client(
            verify=context_of(ssl.PROTOCOL_TLS_CLIENT, own, peer),
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
                method, self._url + path, content=body, headers={"content-type": BUNDLE_TYPE}
            ) as answer:
                link = answer.extensions["network_stream"].get_extra_info("ssl_object")
                if not is_pinned(link.getpeercert(True), self._pins):
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
