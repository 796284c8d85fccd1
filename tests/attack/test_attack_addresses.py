"""Addresses: bundles for somebody else, from somebody else, from nobody that the key list names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from servanda.adapters.http.tls import TlsIdentity
from servanda.node import bundle
from servanda.seal.certificate import make_certificate
from servanda.seal.keys import Alg, generate
from tests.attack.nodes import Attack, asks

# Which of the two a caller sees depends on whether the alert overtakes the end of the connection.
HUNG_UP = ("link_cut", "tls_refused")


def looks(attacked: Attack) -> list[Any]:
    words = (("log", "show", "--log", "peer"), ("log", "show"), ("act", "list"), ("journal", "list"))
    return [attacked.victim.value(*look) for look in words]


def test_a_bundle_for_another_is_refused_and_raises_no_alarm(attacked: Attack) -> None:
    """A courier that went to the wrong house is no attack: it is told to the operator, and nothing is kept."""
    victim, faulty = attacked.victim, attacked.faulty
    faulty.home.submit(asks(faulty), officer="jp/information-1")
    before = looks(attacked)
    assert faulty.is_refused(faulty.bundle(faulty.records(), to="US")) == "addressee_wrong"
    victim.tells("refused what the peer sends: addressee_wrong: the bundle is for `US`, this node is `KR`")
    assert (looks(attacked), "refused" in victim.stands()) == (before, False)
    attacked.goes_on()


def test_bundles_sealed_or_signed_for_others_are_refused(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    stranger = generate(Alg.ED25519)
    before = looks(attacked)[:3]
    answer = faulty.sends(faulty.node.make_bundle())
    mixed = faulty.bundle(faulty.records(), number=900)
    manifest, sealed = bundle.read_manifest(mixed, lambda party, key: faulty.keys.link().public)
    rewrapped = bundle.wrap(replace(manifest, number=901), faulty.keys.link(), sealed)
    attacks = [
        ("key_unknown", faulty.bundle(faulty.records(), link=stranger)),
        ("key_unknown", answer),
        ("bundle_unopened", faulty.bundle(faulty.records(), recipient=generate(Alg.MLKEM768X25519).public)),
        ("bundle_mixed", rewrapped),
        ("bundle_malformed", b"servanda-bundle/2\n" + mixed[18:]),
        ("bundle_malformed", faulty.bundle([record for record in faulty.records() if record.type != "HEAD"])),
    ]
    for code, raw in attacks:
        assert faulty.is_refused(raw) == code
        victim.tells(f"refused what the peer sends: {code}: ")
    assert looks(attacked)[:3] == before
    assert [about.split(" ")[0] for about in victim.alarms()] == ["key_unknown", "bundle_mixed", "bundle_malformed"]
    attacked.goes_on()


def test_a_stranger_is_not_heard(attacked: Attack) -> None:
    """A certificate that no key list names, a certificate for the same name, none at all."""
    faulty = attacked.faulty
    stranger = generate(Alg.ED25519)
    identity = TlsIdentity(secret=stranger, certificate=make_certificate(stranger, "exercise.jp.node"))
    before = looks(attacked)
    raw = faulty.bundle(faulty.records())
    for own in (identity, None):
        answer = faulty.posts([raw], head=f"content-length: {len(raw)}\r\n", own=own, certified=own is not None)
        assert answer == b""
    assert looks(attacked) == before
    attacked.goes_on()
