"""Payloads of every kind, drawn from their types: written and read they are the same, and no byte is lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servanda.act.content import read, residue, write
from servanda.base import canon
from servanda.base.limits import PAYLOAD_BYTES_MAX
from tests.conformance.payloads import PAYLOADS, SAID
from tests.property.payload_values import any_payload

CASES = 15


@pytest.mark.parametrize("kind", SAID)
@settings(max_examples=CASES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_payload_is_what_its_bytes_say(kind: str, data: Any) -> None:
    payload_type = PAYLOADS[kind]
    payload = data.draw(any_payload(payload_type))
    signed = canon.encode(write(payload))
    members = canon.decode_object(signed, bytes_max=PAYLOAD_BYTES_MAX)

    again = read(payload_type, members)
    assert (again, canon.encode(write(again))) == (payload, signed)
    assert payload_type(**{name: getattr(payload, name) for name in payload.__struct_fields__}) == payload


@pytest.mark.parametrize("kind", SAID)
@settings(max_examples=CASES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_member_that_no_type_knows_is_kept_and_means_nothing(kind: str, data: Any) -> None:
    payload_type = PAYLOADS[kind]
    payload = data.draw(any_payload(payload_type))
    members = {**write(payload), "unknown_here": ["kept"]}

    assert read(payload_type, members) == payload
    outlives = residue(payload_type, members)
    kept = payload_type.residue_members
    assert outlives == (members if kept is None else {name: members[name] for name in members if name in kept})
    assert kept is None or kept <= set(payload_type.__struct_fields__)
