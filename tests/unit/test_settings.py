"""The settings file: what is refused, with its place, and what is read."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base import limits
from servanda.base.errors import UsageError
from servanda.settings import (
    Address,
    ChecklistSettings,
    Limits,
    NodeSettings,
    PeerSettings,
    Settings,
    as_written,
    read_settings,
    write_settings,
)

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

WHOLE = """
[node]
name = "exercise.kr.node"
party = "KR"
exercise = true
data = "data"
high_water = "/mark/kr"

[keys]
folder = "data/keys"

[[agreement]]
path = "../agreements/kr-jp-a"

[[agreement]]
path = "../agreements/kr-jp-b"

[peer]
party = "JP"
name = "exercise.jp.node"
url = "https://127.0.0.1:8442"
folder = "stick"
keys = "JP.keys"

[link]
bind = "127.0.0.1:8441"

[console]
bind = "[::1]:8080"

[limits]
stream_http_bytes_max = 1000

[[checklist]]
path = "own/kr.toml"
agreement = "kr-jp-a"

[[checklist]]
path = "/lists/all.toml"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kr.toml"


def told(path: Path, text: str) -> tuple[str, str, str]:
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    return caught.value.code, caught.value.message.replace(str(path), "kr.toml"), caught.value.action


@pytest.mark.parametrize(
    ("old", "new", "message", "action"),
    [
        ("party = ", "partie = ", "[node]: nothing is called `partie`", "write `party` if that is meant"),
        ("high_water", "highwater", "[node]: nothing is called `highwater`", "write `high_water` if that is meant"),
        ("[link]", "[lnik]", ": nothing is called `lnik`", "write `link` if that is meant"),
        (
            "path = ",
            "pfad = ",
            "[[agreement]]: nothing is called `pfad`",
            "write `path` if that is meant; known here: path",
        ),
        (
            "stream_http_bytes_max",
            "stream_http_bytes",
            "[limits]: nothing is called `stream_http_bytes`",
            "write `stream_http_bytes_max`",
        ),
        (
            "[limits]",
            "[limits]\nzz = 1",
            "[limits]: nothing is called `zz`",
            "known here: stream_http_bytes_max, stream_file",
        ),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(
    path: Path, old: str, new: str, message: str, action: str
) -> None:
    code, said, do = told(path, WHOLE.replace(old, new))
    assert (code, message in said, action in do) == ("settings_unknown", True, True), (said, do)


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ('name = "exercise.kr.node"\n', "`kr.toml` [node]: `name` is missing"),
        ('high_water = "/mark/kr"\n', "`kr.toml` [node]: `high_water` is missing"),
        ('[keys]\nfolder = "data/keys"\n', "`kr.toml`: `keys` is missing"),
        ('keys = "JP.keys"\n', "`kr.toml` [peer]: `keys` is missing"),
        ('bind = "127.0.0.1:8441"\n', "`kr.toml` [link]: `bind` is missing"),
    ],
)
def test_what_is_missing_is_named(path: Path, line: str, place: str) -> None:
    assert told(path, WHOLE.replace(line, ""))[:2] == ("settings_missing", place)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"KR"', '"kr"', "[node]: `party` is not a party code such as `KR`, got `kr`"),
        ('"KR"', "82", "[node]: `party` is not a party code such as `KR`, got `82`"),
        ('"KR"', '"JP"', "[peer]: `party` is not another party than that of this node"),
        ("exercise.jp.node", "exercise.kr.node", "[peer]: `name` is not another name than that of this node"),
        ("exercise.jp.node", "exercise.JP node", "[peer]: `name` is not a node name such as `exercise.jp.node`"),
        ("exercise = true", 'exercise = "yes"', "[node]: `exercise` is not true or false"),
        ('data = "data"', 'data = ""', "[node]: `data` is not a path"),
        ('data = "data"', 'data = "a\\u0000b"', "[node]: `data` is not a path"),
        ("https://", "http://", "[peer]: `url` is not `https://host:port`"),
        (":8442", "", "[peer]: `url` is not `https://host:port`"),
        ("127.0.0.1:8441", "127.0.0.1", "[link]: `bind` is not `host:port`"),
        ("127.0.0.1:8441", "127.0.0.1:65536", "[link]: `bind` is not `host:port`, the port at most 65535"),
        ("[::1]:8080", "0.0.0.0:8080", "[console]: `bind` is not an address of this machine alone"),
        ("[::1]:8080", "node.example:8080", "[console]: `bind` is not an address of this machine alone"),
        ("[[agreement]]", "[agreement]", ""),
        ("[console]\nbind", "console", ": `console` is not a table `[console]`"),
        ("= 1000", "= 0", "[limits]: `stream_http_bytes_max` is not a whole number from 1 to 67108864"),
        ("= 1000", "= true", "[limits]: `stream_http_bytes_max` is not a whole number"),
        ("= 1000", "= 1e3", "[limits]: `stream_http_bytes_max` is not a whole number"),
        ('"kr-jp-a"\n', '"KR JP"\n', "[[checklist]]: `agreement` is not the id of an agreement, got `KR JP`"),
        ("/lists/all.toml", "", "[[checklist]]: `path` is not a path, got ``"),
        ('agreement = "kr-jp-a"\n', "", "[[checklist]]: `agreement` is not left out in one list alone"),
        (
            '"/lists/all.toml"',
            '"a"\nagreement = "kr-jp-a"',
            "[[checklist]]: `agreement` is not an agreement that no other list is for, got `kr-jp-a`",
        ),
    ],
)
def test_what_has_another_form_is_refused(path: Path, old: str, new: str, message: str) -> None:
    text = WHOLE.replace(old, new)
    if new == "[agreement]":
        text = text.replace(text[text.rindex("[agreement]") : text.index("[peer]")], "")
        message = ": `agreement` is not tables `[[agreement]]`"
    if new == "console":
        text = text.replace('console = "[::1]:8080"\n', "").replace("\n[node]", 'console = "[::1]:8080"\n[node]', 1)
    code, said, _ = told(path, text)
    assert (code, message in said) == ("settings_wrong", True), said


def test_a_bound_is_never_raised(path: Path) -> None:
    assert told(path, WHOLE.replace("= 1000", f"= {limits.STREAM_HTTP_BYTES_MAX + 1}"))[:2] == (
        "limit_raised",
        "`kr.toml` [limits]: `stream_http_bytes_max` is 67108865, and no node may go beyond 67108864",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "exercise = true",
            "exercise = false",
            "[node]: this node is no exercise, and `exercise.kr.node` says otherwise",
        ),
        ("exercise.kr.node", "kr.node", "[node]: this node is an exercise, and `kr.node` says otherwise"),
        ("exercise.jp.node", "jp.node", "[peer]: this node is an exercise, and `jp.node` says otherwise"),
    ],
)
def test_exercise_and_real_never_mix(path: Path, old: str, new: str, message: str) -> None:
    code, said, _ = told(path, WHOLE.replace(old, new))
    assert (code, said) == ("exercise_mixed", f"`kr.toml` {message}")


@pytest.mark.parametrize("data", [b"[node\n", b"\xff\xfe", b"a = 1\na = 2\n", b"#" * 70_000])
def test_what_is_no_toml_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    assert caught.value.code == "settings_unreadable"


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_settings(path)
    assert (caught.value.code, caught.value.action) == (
        "settings_unreadable",
        "name the file, or run `servanda node init` to make one",
    )


def test_the_whole_file_as_one_value(path: Path) -> None:
    path.write_text(WHOLE)
    folder = path.parent
    assert read_settings(path) == Settings(
        node=NodeSettings(
            name="exercise.kr.node", party="KR", data=folder / "data", high_water=Path("/mark/kr"), exercise=True
        ),
        keys=folder / "data/keys",
        agreements=(folder / "../agreements/kr-jp-a", folder / "../agreements/kr-jp-b"),
        peer=PeerSettings(
            party="JP",
            name="exercise.jp.node",
            keys=folder / "JP.keys",
            url="https://127.0.0.1:8442",
            folder=folder / "stick",
        ),
        link=Address("127.0.0.1", 8441),
        console=Address("::1", 8080),
        limits=Limits(stream_http_bytes_max=1000),
        checklists=(
            ChecklistSettings(path=folder / "own/kr.toml", agreement="kr-jp-a"),
            ChecklistSettings(path=Path("/lists/all.toml")),
        ),
    )


def test_what_may_be_left_out(path: Path) -> None:
    path.write_text(
        '[node]\nname = "kr.node"\nparty = "KR"\ndata = "/d"\nhigh_water = "/m"\n[keys]\nfolder = "/k"\n'
        '[peer]\nparty = "JP"\nname = "jp.node"\nkeys = "/p"\n'
    )
    assert read_settings(path) == Settings(
        node=NodeSettings(name="kr.node", party="KR", data=Path("/d"), high_water=Path("/m"), exercise=False),
        keys=Path("/k"),
        peer=PeerSettings(party="JP", name="jp.node", keys=Path("/p"), url=None, folder=None),
        agreements=(),
        link=None,
        console=None,
        limits=Limits(
            stream_http_bytes_max=limits.STREAM_HTTP_BYTES_MAX,
            stream_file_bytes_max=limits.STREAM_FILE_BYTES_MAX,
            exchanges_at_once_max=limits.EXCHANGES_AT_ONCE_MAX,
            request_age_max_s=limits.REQUEST_AGE_MAX_S,
        ),
    )


def test_a_settings_file_is_never_overwritten(path: Path) -> None:
    path.write_text(WHOLE)
    settings = read_settings(path)
    with pytest.raises(UsageError) as caught:
        write_settings(path, settings)
    assert (caught.value.code, path.read_text()) == ("settings_exist", WHOLE)
    with pytest.raises(UsageError) as caught:
        write_settings(path.parent / "missing" / "kr.toml", settings)
    assert caught.value.code == "settings_unwritable"
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_file_as_written(path: Path) -> None:
    path.write_text(WHOLE)
    settings = read_settings(path)
    path.unlink()
    told = replace(settings, agreements=(Path("/texts/kr-jp-a"),), limits=Limits())
    write_settings(path, told)
    assert read_settings(path) == as_written(path, told) == told
    assert path.read_text() == (
        '[node]\nname = "exercise.kr.node"\nparty = "KR"\nexercise = true\ndata = "data"\n'
        "# The high-water mark tells a restored database from a whole one: keep it on another file system.\n"
        'high_water = "/mark/kr"\n\n[keys]\nfolder = "data/keys"\n\n'
        '[peer]\nparty = "JP"\nname = "exercise.jp.node"\n'
        "# The peer's first key list, as handed over; compare its fingerprint by voice.\n"
        'keys = "JP.keys"\nurl = "https://127.0.0.1:8442"\nfolder = "stick"\n\n'
        '[[agreement]]\npath = "/texts/kr-jp-a"\n\n'
        '[[checklist]]\npath = "own/kr.toml"\nagreement = "kr-jp-a"\n\n[[checklist]]\npath = "/lists/all.toml"\n\n'
        '[link]\nbind = "127.0.0.1:8441"\n\n[console]\nbind = "[::1]:8080"\n'
    )


paths = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20).map(
    lambda text: Path("/") / text.lstrip("/")
)
binds = st.none() | st.builds(Address, st.sampled_from(["127.0.0.1", "::1", "localhost"]), st.integers(0, 65_535))


@given(
    written=st.builds(
        Settings,
        node=st.builds(
            NodeSettings,
            name=st.just("exercise.kr.node"),
            party=st.just("KR"),
            data=paths,
            high_water=paths,
            exercise=st.just(True),
        ),
        keys=paths,
        peer=st.builds(
            PeerSettings,
            party=st.just("JP"),
            name=st.just("exercise.jp.node"),
            keys=paths,
            url=st.none() | st.just("https://[::1]:1"),
            folder=st.none() | paths,
        ),
        agreements=st.lists(paths, max_size=3).map(tuple),
        link=binds,
        console=binds,
        checklists=st.lists(
            st.builds(ChecklistSettings, path=paths, agreement=st.none() | st.sampled_from(("kr-jp-a", "kr-jp-b"))),
            max_size=3,
            unique_by=lambda checklist: checklist.agreement,
        ).map(tuple),
        limits=st.builds(Limits, stream_http_bytes_max=st.integers(1, 9), exchanges_at_once_max=st.integers(1, 2)),
    )
)
def test_what_is_written_reads_as_it_was(written: Settings) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kr.toml"
        write_settings(path, written)
        assert read_settings(path) == written


def test_the_reference_names_every_key() -> None:
    page = (Path(__file__).resolve().parents[2] / "reference" / "settings.md").read_text(encoding="utf-8")
    sections = {part.split("\n", 1)[0]: part for part in page.split("\n## ")[1:]}
    tables: dict[str, type[DataclassInstance] | tuple[str, ...]] = {
        "[node]": NodeSettings,
        "[peer]": PeerSettings,
        "[[checklist]]": ChecklistSettings,
        "[limits]": Limits,
        "[keys]": ("folder",),
        "[[agreement]]": ("path",),
        "[link], [console]": ("bind",),
    }
    for table, of in tables.items():
        known = set(of) if isinstance(of, tuple) else {each.name for each in fields(of)}
        rows = [line for line in sections[table].splitlines() if line.startswith("| `")]
        assert {name for row in rows for name in re.findall(r"`(\w+)`", row.split(" | ")[0])} == known
    assert set(sections) == set(tables)
