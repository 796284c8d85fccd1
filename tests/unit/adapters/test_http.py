"""The exchange over real sockets on loopback: what is refused first, then what passes."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from servanda.adapters.http import HttpCourier, Server, TlsIdentity, serve
from servanda.adapters.http.tls import ALIVE_PATH, EXCHANGE_PATH, context_of, is_pinned, pins_of
from servanda.base.errors import IntegrityError, MalformedError, PeerError, ServandaError, UsageError
from servanda.seal.certificate import make_certificate
from servanda.seal.keys import Alg, from_seed

LOOPBACK = ("127.0.0.1", 0)
LIMIT = 1_000_000
# Which of the two a caller sees depends on whether the alert overtakes the end of the connection.
HUNG_UP = ("link_cut", "tls_refused")


def identity(letter: bytes, name: str) -> TlsIdentity:
    secret = from_seed(Alg.ED25519, letter * 32)
    return TlsIdentity(secret=secret, certificate=make_certificate(secret, name))


KR = identity(b"k", "exercise.kr.node")
JP = identity(b"j", "exercise.jp.node")
STRANGER = identity(b"s", "exercise.jp.node")


def echo(bundle: bytes) -> bytes:
    return b"answer to " + bundle


@contextmanager
def jp_node(
    handler: Callable[[bytes], bytes] = echo, *, peer: Sequence[bytes] = (KR.certificate,), request_s: float = 20.0
) -> Iterator[Server]:
    with serve(LOOPBACK, handler, own=JP, peer=peer, bytes_max=LIMIT, request_s=request_s) as server:
        yield server


@contextmanager
def courier(
    url: str,
    *,
    own: TlsIdentity = KR,
    peer: Sequence[bytes] = (JP.certificate,),
    read_s: float = 20.0,
    answer_s: float = 20.0,
    bytes_max: int = LIMIT,
) -> Iterator[HttpCourier]:
    made = HttpCourier(url, own=own, peer=peer, read_s=read_s, answer_s=answer_s, bytes_max=bytes_max)
    try:
        yield made
    finally:
        made.close()


def refused(exchange: Callable[[], object]) -> tuple[str, str]:
    with pytest.raises(PeerError) as caught:
        exchange()
    assert caught.value.action
    return caught.value.code, caught.value.message


def raw_answer(server: Server, *parts: bytes, own: TlsIdentity = KR) -> tuple[int, dict[str, str]]:
    """What the server says to bytes that our courier would not send."""
    context = context_of(ssl.PROTOCOL_TLS_CLIENT, own, [JP.certificate])
    with socket.create_connection((server.host, server.port), timeout=20) as link, context.wrap_socket(link) as tls:
        for part in parts:
            tls.sendall(part)
        answer = b""
        while more := tls.recv(65_536):
            answer += more
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), json.loads(body)


@contextmanager
def false_node(answer: bytes, *, own: TlsIdentity = JP, hold: threading.Event | None = None) -> Iterator[str]:
    """A node that answers one call with fixed bytes, or keeps it waiting."""
    context = context_of(ssl.PROTOCOL_TLS_SERVER, own, [KR.certificate])
    listening = socket.create_server(LOOPBACK)

    def once() -> None:
        link, _ = listening.accept()
        with link, context.wrap_socket(link, server_side=True) as tls:
            tls.recv(65_536)
            tls.sendall(answer)
            if hold is not None:
                hold.wait(20)

    thread = threading.Thread(target=once)
    thread.start()
    try:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        if hold is not None:
            hold.set()
        thread.join()
        listening.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "127.0.0.1:1",
        "https://",
        "https://127.0.0.1:1/other",
        "https://a@127.0.0.1:1",
        "https://h:x",
    ],
)
def test_what_is_no_address_of_a_node_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        HttpCourier(url, own=KR, peer=[JP.certificate])
    assert caught.value.code == "peer_url"


def test_without_a_key_of_the_peer_nothing_is_trusted() -> None:
    for use in (
        lambda: HttpCourier("https://127.0.0.1:1", own=KR, peer=[]),
        lambda: serve(LOOPBACK, echo, own=JP, peer=[]),
    ):
        with pytest.raises(UsageError) as caught:
            use()
        assert caught.value.code == "peer_unknown"


def test_a_certificate_of_another_key_is_no_identity() -> None:
    with pytest.raises(IntegrityError) as caught:
        TlsIdentity(secret=KR.secret, certificate=JP.certificate)
    assert caught.value.code == "key_invalid"


def test_a_port_in_use_is_told() -> None:
    with socket.create_server(LOOPBACK) as taken, pytest.raises(UsageError) as caught:
        serve(taken.getsockname()[:2], echo, own=JP, peer=[KR.certificate])
    assert caught.value.code == "bind_failed"


def test_a_port_where_nobody_listens_is_a_link_that_is_down() -> None:
    with socket.create_server(LOOPBACK) as closed:
        url = f"https://127.0.0.1:{closed.getsockname()[1]}"
    with courier(url) as link:
        assert refused(lambda: link.exchange(b"bundle"))[0] == "link_down"


def test_a_caller_with_another_certificate_is_refused() -> None:
    called: list[bytes] = []
    with jp_node(lambda bundle: called.append(bundle) or b"") as server, courier(server.url, own=STRANGER) as link:
        code, message = refused(lambda: link.exchange(b"bundle"))
        assert refused(link.alive)[0] in HUNG_UP
    assert (code in HUNG_UP, message.startswith(f"`{server.url}`") or "TLS" in message, called) == (True, True, [])


def test_a_caller_without_certificate_is_refused() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(cadata=JP.certificate)
    with jp_node() as server, socket.create_connection((server.host, server.port), timeout=20) as link:
        heard = b""
        with contextlib.suppress(OSError), context.wrap_socket(link) as tls:
            tls.sendall(b"GET /healthz HTTP/1.1\r\nhost: node\r\n\r\n")
            heard = tls.recv(1_000)
        assert heard == b""


def test_an_older_tls_is_refused() -> None:
    context = context_of(ssl.PROTOCOL_TLS_CLIENT, KR, [JP.certificate])
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        jp_node() as server,
        socket.create_connection((server.host, server.port), timeout=20) as link,
        pytest.raises(OSError, match=r"SSL|reset"),
    ):
        context.wrap_socket(link)


def test_a_node_with_another_certificate_is_not_spoken_to() -> None:
    with jp_node(), serve(LOOPBACK, echo, own=STRANGER, peer=[KR.certificate]) as false, courier(false.url) as link:
        code, message = refused(lambda: link.exchange(b"bundle"))
    assert code == "tls_refused"
    assert "CERTIFICATE_VERIFY_FAILED" in message


def under(authority: TlsIdentity, name: str) -> TlsIdentity:
    """Another key, with a certificate that a pinned key has signed."""
    signer = Ed25519PrivateKey.from_private_bytes(authority.secret.seed)
    issuer = x509.load_der_x509_certificate(authority.certificate)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(Ed25519PrivateKey.from_private_bytes(STRANGER.secret.seed).public_key())
        .serial_number(7)
        .not_valid_before(issuer.not_valid_before_utc)
        .not_valid_after(issuer.not_valid_after_utc)
        .sign(signer, None)
    )
    return TlsIdentity(secret=STRANGER.secret, certificate=certificate.public_bytes(Encoding.DER))


def test_a_certificate_that_the_pinned_key_has_signed_for_another_is_refused_on_both_ends() -> None:
    """TLS itself takes it, for a pinned certificate is an authority; the comparison of keys does not."""
    called: list[bytes] = []

    def handler(bundle: bytes) -> bytes:
        called.append(bundle)
        return b""

    with jp_node(handler) as server:
        for head in (b"GET /healthz", b"POST /servanda/1/exchange"):
            request = head + b" HTTP/1.1\r\nhost: node\r\ncontent-length: 0\r\n\r\n"
            assert raw_answer(server, request, own=under(KR, "another")) == (
                403,
                {"error": "tls_refused", "action": "send the key list that names this key"},
            )
    with (
        serve(LOOPBACK, handler, own=under(JP, "another"), peer=[KR.certificate]) as false,
        courier(false.url) as link,
    ):
        assert refused(link.alive) == ("tls_refused", "the other node shows a key that is not in its key list")
    assert called == []


def test_a_certificate_of_another_sort_is_not_pinned() -> None:
    assert [
        is_pinned(shown, pins_of([KR.certificate])) for shown in (None, b"none", JP.certificate, KR.certificate)
    ] == [
        False,
        False,
        False,
        True,
    ]


def test_a_bundle_that_the_link_does_not_carry_is_not_sent() -> None:
    with courier("https://127.0.0.1:1") as link, pytest.raises(MalformedError) as caught:
        link.exchange(bytes(LIMIT + 1))
    assert caught.value.code == "too_large"


def test_an_oversize_bundle_is_refused_by_what_it_announces() -> None:
    called: list[bytes] = []
    with jp_node(lambda bundle: called.append(bundle) or b"") as server:
        answer = raw_answer(
            server,
            b"POST %s HTTP/1.1\r\nhost: node\r\ncontent-length: %d\r\n\r\n" % (EXCHANGE_PATH.encode(), LIMIT + 1),
        )
    assert (answer, called) == ((413, {"error": "too_large", "action": f"send no more than {LIMIT} bytes"}), [])


def test_an_oversize_bundle_is_refused_while_it_is_read() -> None:
    called: list[bytes] = []
    head = b"POST %s HTTP/1.1\r\nhost: node\r\ntransfer-encoding: chunked\r\n\r\n" % EXCHANGE_PATH.encode()
    chunks = [b"%x\r\n%s\r\n" % (50_000, bytes(50_000))] * 21
    with jp_node(lambda bundle: called.append(bundle) or b"") as server:
        answer = raw_answer(server, head, *chunks)
    assert (answer, called) == ((413, {"error": "too_large", "action": f"send no more than {LIMIT} bytes"}), [])


def test_a_request_that_does_not_arrive_whole_is_given_up() -> None:
    head = b"POST %s HTTP/1.1\r\nhost: node\r\ncontent-length: 10\r\n\r\n12345" % EXCHANGE_PATH.encode()
    with jp_node(request_s=0.05) as server:
        status, refusal = raw_answer(server, head)
    assert (status, refusal["error"]) == (408, "request_late")


def test_a_caller_who_hangs_up_halfway_harms_nobody() -> None:
    called: list[bytes] = []

    def handler(bundle: bytes) -> bytes:
        called.append(bundle)
        return b"answer"

    with jp_node(handler) as server:
        for _ in range(5):
            context = context_of(ssl.PROTOCOL_TLS_CLIENT, KR, [JP.certificate])
            with socket.create_connection((server.host, server.port), timeout=20) as link:
                tls = context.wrap_socket(link)
                tls.sendall(b"POST /servanda/1/exchange HTTP/1.1\r\nhost: node\r\ncontent-length: 10\r\n\r\n12345")
                tls.close()
        with courier(server.url) as whole:
            while not called:
                with contextlib.suppress(PeerError):  # while those who hung up still count as exchanges
                    whole.exchange(b"whole")
    assert called == [b"whole"]


@pytest.mark.parametrize(
    ("error", "status", "refusal"),
    [
        (MalformedError("bundle_malformed", "no magic in `/srv/kr`", action="send it again"), 400, "bundle_malformed"),
        (IntegrityError("signature_invalid", "bad", action="send it again"), 400, "signature_invalid"),
        (PeerError("addressee_wrong", "not us", action="send it again"), 409, "addressee_wrong"),
    ],
)
def test_a_bundle_that_is_refused_says_why_and_no_more(error: ServandaError, status: int, refusal: str) -> None:
    def handler(_bundle: bytes) -> bytes:
        raise error

    request = b"POST %s HTTP/1.1\r\nhost: node\r\ncontent-length: 1\r\n\r\nx" % EXCHANGE_PATH.encode()
    with jp_node(handler) as server:
        assert raw_answer(server, request) == (status, {"error": refusal, "action": "send it again"})
        with courier(server.url) as link, pytest.raises(PeerError) as caught:
            link.exchange(b"x")
    assert (caught.value.code, str(caught.value)) == (
        "peer_refused",
        f"the other node refuses the bundle: `{refusal}`; send it again",
    )


def test_what_is_refused_is_told_here_with_its_reason() -> None:
    """The peer is told the code and what to do; why is this node's own affair."""
    told: list[tuple[str, str]] = []

    def refuse(bundle: bytes) -> bytes:
        raise (
            UsageError("store_full", "the disk is full") if bundle == b"own" else PeerError("clock_unsure", "it ran")
        )

    with (
        serve(
            LOOPBACK,
            refuse,
            own=JP,
            peer=[KR.certificate],
            bytes_max=10,
            refused=lambda code, why: told.append((code, why)),
        ) as server,
        courier(server.url) as link,
    ):
        for bundle in (b"own", b"other", b"a long one indeed"):
            refused(lambda bundle=bundle: link.exchange(bundle))
    assert told == [
        ("node_unready", "the disk is full"),
        ("clock_unsure", "it ran"),
        ("too_large", "the bundle is longer than the limit"),
    ]


def test_what_stands_in_the_way_at_home_is_not_told_to_the_peer() -> None:
    def handler(_bundle: bytes) -> bytes:
        raise UsageError("store_full", "the disk of `/srv/kr` is full", action="free some space on /srv/kr")

    with jp_node(handler) as server, courier(server.url) as link:
        assert refused(lambda: link.exchange(b"x")) == (
            "peer_refused",
            "the other node refuses the bundle: `node_unready`",
        )


def test_a_node_that_fails_says_so_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([ValueError("secret words")])

    def handler(bundle: bytes) -> bytes:
        for error in answers:
            raise error
        return bundle

    with jp_node(handler) as server, courier(server.url) as link:
        assert refused(lambda: link.exchange(b"x")) == (
            "peer_refused",
            "the other node refuses the bundle: `node_failed`",
        )
        assert link.exchange(b"x") == b"x"
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["uvicorn.error"]


@pytest.mark.parametrize(
    "request_line", [b"GET / HTTP/1.1", b"POST /servanda/2/exchange HTTP/1.1", b"GET /servanda/1/exchange HTTP/1.1"]
)
def test_another_address_is_told(request_line: bytes) -> None:
    with jp_node() as server:
        status, refusal = raw_answer(server, request_line + b"\r\nhost: node\r\ncontent-length: 0\r\n\r\n")
    assert (status in (404, 405), refusal) == (
        True,
        {"error": "address_unknown", "action": "use POST /servanda/1/exchange"},
    )


def test_a_third_exchange_at_once_is_refused() -> None:
    begun, go_on = threading.Semaphore(0), threading.Event()
    answers: list[bytes] = []

    def slow(bundle: bytes) -> bytes:
        begun.release()
        go_on.wait(20)
        return bundle

    with jp_node(slow) as server, courier(server.url) as link:
        threads = [threading.Thread(target=lambda: answers.append(link.exchange(b"x"))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for _ in threads:
            begun.acquire(timeout=20)
        third = refused(lambda: link.exchange(b"third"))
        go_on.set()
        for thread in threads:
            thread.join()
        assert third == ("peer_refused", "the other node refuses the bundle: `exchange_busy`")
        assert (answers, link.exchange(b"then")) == ([b"x", b"x"], b"then")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (b"HTTP/1.1 400 Bad\r\ncontent-length: 2\r\n\r\n{}", "`status 400`"),
        (b"HTTP/1.1 400 Bad\r\ncontent-length: 4\r\n\r\n\xff\x00ab", "`status 400`"),
        (b"HTTP/1.1 302 Found\r\nlocation: https://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", "`status 302`"),
        (b'HTTP/1.1 409 No\r\ncontent-length: 24\r\n\r\n{"error":"a\\u001b[31mb"} ', "`a[31mb`"),
    ],
)
def test_a_refusal_is_shown_without_what_could_move_a_screen(answer: bytes, message: str) -> None:
    with false_node(answer) as url, courier(url) as link:
        assert refused(lambda: link.exchange(b"x")) == ("peer_refused", f"the other node refuses the bundle: {message}")


def test_an_answer_beyond_the_limit_is_not_read_on() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n" + bytes(2_000)
    with false_node(answer) as url, courier(url, bytes_max=1_999) as link:
        assert refused(lambda: link.exchange(b"x"))[0] == "answer_too_large"


def test_an_answer_is_not_unpacked() -> None:
    packed = b"\x1f\x8b" + bytes(20)
    answer = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 22\r\n\r\n" + packed
    with false_node(answer) as url, courier(url) as link:
        assert link.exchange(b"x") == packed


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1"])
def test_an_answer_that_does_not_come_is_late(answer: bytes) -> None:
    with false_node(answer, hold=threading.Event()) as url, courier(url, read_s=0.2) as link:
        assert refused(lambda: link.exchange(b"x"))[0] == "answer_late"


def test_an_answer_drop_by_drop_is_late() -> None:
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n1"
    with false_node(answer, hold=threading.Event()) as url, courier(url, answer_s=0.0) as link:
        assert refused(lambda: link.exchange(b"x"))[0] == "answer_late"


def test_an_answer_cut_short_is_no_answer() -> None:
    with false_node(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nhalf") as url, courier(url) as link:
        assert refused(lambda: link.exchange(b"x"))[0] == "link_cut"


def test_a_bundle_goes_out_and_its_answer_comes_back() -> None:
    every = bytes(range(256)) * 3_000
    with jp_node() as server, courier(server.url) as link:
        assert (link.exchange(every), link.exchange(b"")) == (b"answer to " + every, b"answer to ")
        link.alive()


def test_alive_says_so() -> None:
    request = b"GET %s HTTP/1.1\r\nhost: node\r\nconnection: close\r\n\r\n" % ALIVE_PATH.encode()
    with jp_node() as server:
        assert raw_answer(server, request) == (200, {"alive": True})


def test_both_keys_count_while_a_party_changes_them() -> None:
    new = identity(b"n", "exercise.kr.node")
    with jp_node(peer=[KR.certificate, new.certificate]) as server:
        for own in (KR, new):
            with courier(server.url, own=own, peer=[STRANGER.certificate, JP.certificate]) as link:
                assert link.exchange(b"x") == b"answer to x"


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with jp_node() as server, courier(server.url) as link:
        assert link.exchange(b"x") == b"answer to x"


def test_a_stopped_node_is_down_and_its_port_free() -> None:
    with jp_node() as server:
        bind = (server.host, server.port)
        with courier(server.url) as link:
            link.alive()
    with courier(server.url) as link:
        assert refused(link.alive)[0] == "link_down"
    with serve(bind, echo, own=JP, peer=[KR.certificate]) as again, courier(again.url) as link:
        assert link.exchange(b"x") == b"answer to x"


def test_a_node_that_never_started_can_be_stopped() -> None:
    server = serve(LOOPBACK, echo, own=JP, peer=[KR.certificate])
    server.stop()
    with serve((server.host, server.port), echo, own=JP, peer=[KR.certificate]) as again:
        assert again.port == server.port
