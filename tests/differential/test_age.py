"""Sealed files against another implementation of age: each opens what the other has sealed."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from servanda.seal import age
from servanda.seal.keys import Alg, from_seed

FOLDER = Path(__file__).resolve().parents[2] / "build" / "npm"
PACKAGE = "age-encryption@0.3.1"
HOME, PEER = (from_seed(Alg.MLKEM768X25519, bytes([number]) * 32) for number in (1, 2))
SIZES = (0, 1, 65_535, 65_536, 65_537, 200_000)

OTHER = """
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";
import { readFileSync } from "node:fs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (data) => Buffer.from(data).toString("base64");
const opened = [];
for (const file of asked.files) {
  const opener = new Decrypter();
  opener.addIdentity(asked.identity);
  opened.push(text(await opener.decrypt(bytes(file))));
}
const sealed = [];
for (const plain of asked.plain) {
  const sealer = new Encrypter();
  for (const recipient of asked.recipients) sealer.addRecipient(recipient);
  sealed.push(text(await sealer.encrypt(bytes(plain))));
}
console.log(JSON.stringify({ opened, sealed, recipient: await identityToRecipient(asked.identity) }));
"""

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="install Node.js 20 or newer to compare sealed files"),
    pytest.mark.skipif(
        not (FOLDER / "node_modules" / "age-encryption").is_dir(),
        reason=f"run `npm install --prefix build/npm {PACKAGE}` to compare sealed files",
    ),
]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_each_opens_what_the_other_has_sealed() -> None:
    plain = [bytes(number % 251 for number in range(size)) for size in SIZES]
    asked = {
        "identity": age.identity_text(PEER),
        "recipients": [age.recipient_text(one.public) for one in (HOME, PEER)],
        "files": [b64(age.seal(data, [HOME.public, PEER.public])) for data in plain],
        "plain": [b64(data) for data in plain],
    }
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", OTHER],
        input=json.dumps(asked).encode(),
        cwd=FOLDER,
        capture_output=True,
        check=True,
        timeout=120,
    )
    answer = json.loads(done.stdout)
    assert answer["recipient"] == age.recipient_text(PEER.public)
    assert [base64.b64decode(data) for data in answer["opened"]] == plain
    for each in (HOME, PEER):
        assert [age.open_sealed(base64.b64decode(data), each, stanzas=2) for data in answer["sealed"]] == plain
