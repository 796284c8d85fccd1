"""A victim and a faulty peer: KR's node as its process, and JP's own node with its rules left out.

Rules of this module:
- the victim is `servanda node run` on a real database; an officer's questions are the commands he types beside it;
- the faulty peer is a whole node with its own folder, keys, certificate and log: what it sends is numbered, sealed and
  signed as it should be, save where the attack is about that;
- everything it sends goes through TLS on loopback, to the port the victim listens at;
- nothing is slept for: lines that the process tells are waited for, and an answer ends an exchange.
"""

from __future__ import annotations

import itertools
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import servanda as sv
from servanda.act.act import Draft
from servanda.act.entry import Issued, Seen
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Permit, Ruling
from servanda.adapters.http.tls import BUNDLE_TYPE, EXCHANGE_PATH, TlsIdentity, context_of
from servanda.base.errors import PeerError
from servanda.domains.intelligence import desk as reports
from servanda.domains.logistics import desk as logistics
from servanda.log import checkpoint as heads
from servanda.log.checkpoint import Checkpoint
from servanda.log.tree import Tree, leaf_hash
from servanda.node import bundle, stream
from servanda.node.stages import Intake
from servanda.node.stream import Record
from servanda.seal.keys import PublicKey, SecretKey
from tests import founded
from tests.founded import Answer, servanda
from tests.unit.node import actors

WAIT_S = 60.0
LISTENS = re.compile(r"listening at https://(?P<host>[0-9.]+):(?P<port>[0-9]+)")
SAYS = Permit(cites=("3.1",))
SAID_AGAINST = re.compile(r"refuses the bundle: `(?P<code>[a-z_]+)`")


class Officer:
    """What an officer types at a node, and what it shows him."""

    def __init__(self, settings: Path) -> None:
        self.settings = settings

    def at(self, *words: str) -> Answer:
        """One command beside the running process."""
        return servanda("--node", str(self.settings), *words)

    def shows(self, *words: str) -> list[str]:
        """The lines that a command shows people."""
        answer = self.at(*words)
        assert (answer.exit, answer.err) == (0, ""), (words, answer)
        return answer.out.splitlines()

    def listed(self, act: str) -> list[str]:
        """The columns in which `act list` shows an act."""
        (line,) = [line for line in self.shows("act", "list") if line.startswith(act[:12])]
        return re.split("  +", line)

    def value(self, *words: str) -> Any:
        """What a command tells programs."""
        answer = self.at(*words, "--json")
        assert (answer.exit, answer.err) == (0, ""), (words, answer)
        return answer.value

    def row(self, act: str) -> dict[str, Any]:
        """The act as `act list` has it."""
        (row,) = [each for each in self.value("act", "list") if each["act"] == act]
        return row

    def alarms(self) -> list[str]:
        """What the journal raised an alarm for, the code first."""
        return [item["about"] for item in self.value("journal", "list") if item["type"] == "alarm"]

    def stands(self) -> dict[str, str]:
        """The rows of `node status`, a row that hangs over made one."""
        rows: dict[str, str] = {}
        name = ""
        for line in itertools.takewhile(bool, self.shows("node", "status")):
            label, _, told = line.partition("  ")
            name = label or name
            rows[name] = f"{rows.get(name, '')} {(told if label else line).strip()}".strip()
        return rows


class Victim(Officer):
    """KR's node: its process, and what its officer types beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "kr" / "node.toml")
        self.host, self.port = "", 0
        self.told: list[str] = []
        self._heard = threading.Condition()
        self._process: subprocess.Popen[str] | None = None
        self._reader = threading.Thread()

    # -- its process -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process; it listens when this returns."""
        self.told.clear()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "servanda.cli.app", "--node", str(self.settings), "node", "run"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._process,))
        self._reader.start()
        match = LISTENS.search(self.tells(" listening at "))
        assert match, self.told
        self.host, self.port = match["host"], int(match["port"])

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with self._heard:
                self.told.append(line.rstrip("\n"))
                self._heard.notify_all()

    def tells(self, part: str) -> str:
        """The first line of its process that holds this."""

        def found() -> str | None:
            return next((line for line in self.told if part in line), None)

        with self._heard:
            assert self._heard.wait_for(lambda: found() is not None, WAIT_S), (part, self.told)
        return found() or ""

    def kill(self) -> None:
        """End the process as a power cut would; nothing of it runs when this returns."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End the process as its operator would."""
        assert self._end(signal.SIGTERM) == 0, self.told

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        code = self._process.wait(WAIT_S)
        self._reader.join(WAIT_S)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        return code

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def peak_mib(self) -> float:
        """The most memory that its process ever held."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1_024


class Faulty(Officer):
    """JP's node, open in this process, and the way from it to the victim.

    It has what acts are made up with elsewhere: `party`, `node`, `keys`, `store`.
    """

    party = "JP"

    def __init__(self, home: sv.OpenNode, victim: Victim, settings: Path) -> None:
        super().__init__(settings)
        self.home = home
        self.victim = victim
        self.node = home.node
        self.keys = home.keys
        self.store = home._store

    # -- what it says ------------------------------------------------------------------------------------------------

    def taken(self, draft: Draft, officer: str) -> Intake:
        """A draft of its officer, sealed and signed, judged by nobody."""
        return actors.taken(self, draft, [f"jp/{officer}"])

    def issues(self, said: Intake, *, ruling: Ruling = SAYS, **changes: Any) -> Issued:
        """An act in its log with whatever ruling, checked by nobody; members of its entry may be made up."""
        return actors.issue(self, said, ruling=ruling, **changes)

    def signing(self, officer: str) -> list[SecretKey]:
        """The keys of an officer of its own."""
        return list(self.keys.officer(f"jp/{officer}"))

    # -- what it sends -----------------------------------------------------------------------------------------------

    @property
    def head(self) -> Checkpoint:
        """Where its log stands."""
        log = self.node.holding.home
        return Checkpoint(log=log.name, size=log.size, root=log.tree.root(log.size))

    def signed_head(self, head: Checkpoint, *, keys: Sequence[SecretKey] = ()) -> Record:
        return Record(type="HEAD", body=heads.sign_head(head, list(keys) or self.keys.log(), self.node.now()))

    def entries(self, start: int | None = None, end: int | None = None) -> Sequence[bytes]:
        """Its entries as they lie in its log, from what the victim cosigned on where nothing is named."""
        since = self.node.correspondence().held if start is None else start
        log = self.node.holding.home
        return self.store.entries(log.name, since, log.size if end is None else end)

    def run_of(self, entries: Sequence[bytes], start: int | None = None) -> list[Record]:
        """Records that bring entries."""
        since = self.node.correspondence().held if start is None else start
        return list(stream.entries_records(self.node.holding.home.name, since, entries))

    def records(self, *said: Intake) -> list[Record]:
        """A true head, all that the victim has not cosigned, and these acts with their payloads."""
        return [self.signed_head(self.head), *self.run_of(self.entries()), *actors.carried(*said)]

    def would_issue(self, said: Intake, **changes: Any) -> Issued:
        """The entry that would issue an act here, true in all members that are not named; nothing is recorded."""
        home, peer = self.node.holding.home, self.node.holding.peer
        entry = Issued(
            log=home.name,
            index=home.size,
            recorded_at=self.node.recorder.time(self.node.now()),
            act=said.signed.act_id,
            envelope=said.signed.envelope_digest,
            seen=Seen(log=peer.name, size=peer.size, root=peer.tree.root(peer.size)),
            rank=1 + max(home.rank_below(home.size), peer.rank_below(peer.size)),
            ruling=RecordedRuling(
                ruling=SAYS,
                agreement_digest=said.signed.statement.agreement_digest,
                facts="0" * 64,
            ),
            observed={},
        )
        return replace(entry, **changes)

    def forges(self, raws: Sequence[bytes], *said: Intake, instead: int = 0) -> list[Record]:
        """A head over its log with other entries at its end, all signed as it should be; its own log stays as it is.

        Args:
            instead: so many of its newest entries are left out, and these stand in their places.
        """
        log = self.node.holding.home
        kept = self.store.entries(log.name, 0, log.size - instead)
        tree = Tree()
        for raw in (*kept, *raws):
            tree.append(leaf_hash(raw))
        size = len(kept) + len(raws)
        head = Checkpoint(log=log.name, size=size, root=tree.root(size))
        since = self.node.correspondence().held
        sent = [*kept, *raws][since:]
        return [self.signed_head(head), *self.run_of(sent, since), *actors.carried(*said)]

    def bundle(
        self,
        records: Sequence[Record],
        *,
        to: str = "KR",
        number: int | None = None,
        link: SecretKey | None = None,
        recipient: PublicKey | None = None,
    ) -> bytes:
        """A bundle of any records, sealed, numbered and signed as it should be."""
        stands = self.node.correspondence()
        return bundle.make_bundle(
            records,
            from_party="JP",
            to_party=to,
            number=stands.out_number + 1 if number is None else number,
            previous=stands.out_digest,
            created_at=self.node.now(),
            link=link or self.keys.link(),
            recipient=recipient or self.node.lists.peer_key("seal"),
        )

    def sends(self, raw: bytes) -> bytes:
        """The victim's answer to a bundle."""
        courier = self.home.link.courier()
        try:
            return courier.exchange(raw)
        finally:
            courier.close()

    def is_refused(self, raw: bytes) -> str:
        """The code with which the victim refuses a bundle."""
        try:
            self.sends(raw)
        except PeerError as error:
            found = SAID_AGAINST.search(error.message)
            return found["code"] if error.code == "peer_refused" and found else error.code
        raise AssertionError("the bundle was taken")

    def takes(self, answer: bytes) -> None:
        """What the victim answers, taken as an honest node takes it."""
        with self.home.lock:
            self.node.take_bundle(answer)

    def brings(self, *said: Intake) -> None:
        """All that the victim has not cosigned with these acts, and then its answer, until it has nothing to say."""
        self.takes(self.sends(self.bundle(self.records(*said))))
        self.syncs()

    def syncs(self) -> None:
        """Exchange until both are at rest."""
        self.home.sync()

    def reply(self, act: str) -> Ruling | None:
        """How the victim has ruled on an act, as this side holds it."""
        peer = self.node.holding.peer
        found = peer.reply(act, peer.size)
        return None if found is None else found.ruling.ruling

    # -- bytes that no courier sends ---------------------------------------------------------------------------------

    def posts(
        self, parts: Iterable[bytes] = (), *, head: str = "", own: TlsIdentity | None = None, certified: bool = True
    ) -> bytes:
        """The answer to a request written by hand, whose body comes in parts; empty where the victim hangs up.

        Args:
            head: header lines beside those of every request.
            certified: whether a certificate is shown at all.
        """
        peer = self.home.link._peer_certificates()
        context = context_of(ssl.PROTOCOL_TLS_CLIENT, own or self.home.link._tls(), peer)
        if not certified:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.load_verify_locations(cadata=peer[0])
        asked = f"POST {EXCHANGE_PATH} HTTP/1.1\r\nhost: node\r\ncontent-type: {BUNDLE_TYPE}\r\n{head}\r\n".encode()
        answer = b""
        with (
            socket.create_connection((self.victim.host, self.victim.port), timeout=WAIT_S) as link,
            context.wrap_socket(link) as tls,
        ):
            try:
                tls.sendall(asked)
                for part in parts:
                    tls.sendall(part)
            except OSError:  # it has answered already and reads no more
                pass
            try:
                while more := tls.recv(65_536):
                    answer += more
            except OSError:
                pass
        return answer


@dataclass(frozen=True, kw_only=True)
class Attack:
    """A victim at work and a faulty peer before it."""

    victim: Victim
    faulty: Faulty

    def goes_on(self) -> str:
        """An honest exchange: each says an act, and both agree on both; the faulty peer's act."""
        said = sv.Draft(kind=LODGE, agreement="kr-jp-a", payload=lodge_payload(self.faulty.home))
        theirs = self.faulty.home.submit(said, officer="jp/envoy-1").act
        day = self.faulty.node.now().date().isoformat()
        lodged = ("registration", "lodge", "--date", day, "--agreement", "kr-jp-b", "--as", "kr/envoy-1")
        ours = self.victim.value(*lodged)["act"]
        self.faulty.syncs()
        assert [self.victim.row(act)["standing"] for act in (theirs, ours)] == ["agreed", "agreed"]
        assert self.victim.is_running
        return theirs


LODGE = "agreement.registration.lodge"
FUEL = {
    "item": {"text": "diesel fuel", "supply_class": "9130", "category": "fuel"},
    "quantity": "40000",
    "unit": "LTR",
    "unit_price": "1.05",
    "serves_weapon": False,
}
ROUNDS = {
    "item": {"text": "7.62 mm ball ammunition", "supply_class": "1305"},
    "quantity": "10000",
    "unit": "EA",
    "unit_price": "0.45",
    "serves_weapon": False,
}


def orders(faulty: Faulty, *lines: dict[str, Any], agreement: str = "kr-jp-b") -> Draft:
    """An order of JP's, for a United Nations mission in a third country."""
    seat = faulty.home.seat("logistics", agreement)
    return logistics.order(
        faulty.home.state("logistics"),
        seat,
        activity="un_peacekeeping",
        place="third_territory",
        settlement="cash",
        lines=list(lines or (FUEL,)),
    )


def asks(faulty: Faulty, question: str = "exercise", agreement: str = "kr-jp-a") -> Draft:
    """A request of JP's for information, which either node permits."""
    seat = faulty.home.seat("intelligence", agreement)
    state = faulty.home.state("intelligence")
    return reports.request(state, seat, topic="nk_missile", question=question, purpose="warning")


def lodge_payload(home: sv.OpenNode) -> Any:
    from servanda.agreement.acts import RegistrationLodge

    return RegistrationLodge(date=home.node.now().date())


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@contextmanager
def attack(folder: Path, *, limits: str = "") -> Iterator[Attack]:
    """Two nodes with both agreements in force, the victim at work, the faulty peer knowing where.

    Args:
        limits: lines of `[limits]` in the victim's settings.
    """
    template = founded.template()
    shutil.copytree(template.folder, folder)
    port = free_port()
    victim = Victim(folder)
    bound = f'\n[link]\nbind = "127.0.0.1:{port}"\n' + (f"\n[limits]\n{limits}\n" if limits else "")
    victim.settings.write_text(victim.settings.read_text(encoding="utf-8") + bound, encoding="utf-8")
    settings = folder / "jp" / "node.toml"
    text = settings.read_text(encoding="utf-8")
    url = f'keys = "KR.keys"\nurl = "https://127.0.0.1:{port}"'
    assert text.count('keys = "KR.keys"') == 1
    settings.write_text(text.replace('keys = "KR.keys"', url), encoding="utf-8")
    victim.start()
    try:
        with sv.open_node(settings) as home:
            yield Attack(victim=victim, faulty=Faulty(home, victim, settings))
    finally:
        victim.kill()
