"""Papers that cannot drift: pages, quotes, links, digests and codes are compared with what they speak of."""

from __future__ import annotations

import ast
import hashlib
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import servanda
from reference import produce

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("agreements", "bench", "decisions", "explanation", "how-to", "reference", "spec", "tutorials", "examples")
PAPERS = sorted([*ROOT.glob("*.md"), *(path for name in FOLDERS for path in (ROOT / name).rglob("*.md"))])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(#[^)]*)?\)")
CODE = re.compile(r"`[^`\n]+`")
CLASSES = ("IntegrityError", "MalformedError", "PeerError")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def normative() -> dict[str, list[str]]:
    """The codes of record 13 by class, as patterns (`signature_*`)."""
    section = read("spec/record.md").split("\n## 13.")[1].split("\n## ")[0]
    parts = re.split(rf"\b({'|'.join(CLASSES)})\b[^`]*`", section)[1:]
    return {name: text.split("`")[0].split() for name, text in zip(parts[::2], parts[1::2], strict=True)}


def listed(code: str) -> set[str]:
    return {name for name, patterns in normative().items() if any(fnmatchcase(code, each) for each in patterns)}


def test_record_13_reads() -> None:
    assert set(normative()) == set(CLASSES)
    assert [listed(code) for code in ("signature_order", "json_depth", "clock_ahead", "no_such")] == [
        {"IntegrityError"}, {"MalformedError"}, {"PeerError"}, set()
    ]  # fmt: skip


def test_produced_pages_are_those_of_the_code() -> None:
    made = produce.pages()
    kept = {name: read(f"reference/{name}") if (ROOT / "reference" / name).exists() else None for name in made}
    stale = [name for name in made if made[name] != kept[name]]
    assert stale == [], "`./run docs` writes them again"


def test_a_code_has_the_class_that_record_13_gives_it() -> None:
    wrong = [one for one in produce.raised() if (named := _exactly(one.code)) and one.failure not in named]
    assert wrong == []


def _exactly(code: str) -> set[str]:
    """Classes that list the code itself, else those whose pattern it fits."""
    exact = {name for name, patterns in normative().items() if code in patterns}
    return exact or listed(code)


def test_a_code_has_one_class() -> None:
    classes: dict[str, set[str]] = {}
    for one in produce.raised():
        classes.setdefault(one.code, set()).add(one.failure)
    assert {code: found for code, found in classes.items() if len(found) > 1} == {}


def test_vectors_expect_normative_failures() -> None:
    bad = json.loads(read("spec/vectors/record.json"))["bad"]
    assert {item["error"] for item in bad if not listed(item["error"])} == set()


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path: Path) -> None:
    text = CODE.sub("", path.read_text(encoding="utf-8"))  # a pattern of a code is no link
    assert [target for target, _ in LINK.findall(text) if not (path.parent / target).exists()] == []


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in PAPERS if path.name == "README.md" and path.parent != ROOT)
)
def test_the_page_of_a_folder_leads_to_all_its_pages(folder: Path) -> None:
    led = {target for target, _ in LINK.findall((folder / "README.md").read_text(encoding="utf-8"))}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")} - {"README.md"}
    assert there - led == set()


def test_readme_quotes_the_agreement() -> None:
    quoted = re.findall(r"^> \*\*(\d+\.\d+)\*\* (.+?)(?=^>\n|\n\n)", read("README.md"), re.MULTILINE | re.DOTALL)
    text = read("agreements/kr-jp-b/en.md")
    signed = dict(re.findall(r"^\*\*(\d+\.\d+)\*\* (.+?)\n\n", text, re.MULTILINE | re.DOTALL))
    shown = {number: " ".join(words.replace("\n>", "\n").split()) for number, words in quoted}
    assert shown == {number: " ".join(signed[number].split()) for number in ("3.2", "3.5")}


def test_readme_names_the_commands_there_are() -> None:
    named = re.findall(r"^\| `\./run (\w+)", read("README.md"), re.MULTILINE)
    helped = re.findall(r"^  (\w+) .{2,}", read("run").split('"""')[1], re.MULTILINE)
    made = re.findall(r"^(?!\.)([a-z ]+):$", read("Makefile"), re.MULTILINE)[0].split()
    assert named == helped == ["demo", "test", "check", "bench", "docs"] == made


def test_digests_of_the_vectors_are_those_of_the_files() -> None:
    meta = json.loads(read("spec/vectors/rulings.json"))["meta"]
    bound = [*meta["pacts"].values(), meta["vocabulary"]]
    assert [entry["sha256"] for entry in bound] == [
        hashlib.sha256((ROOT / entry["path"]).read_bytes()).hexdigest() for entry in bound
    ]


def test_decisions_are_numbered_and_listed() -> None:
    kept = sorted(path.name for path in (ROOT / "decisions").glob("[0-9]*.md"))
    assert [name[:4] for name in kept] == [f"{number:04}" for number in range(1, len(kept) + 1)]
    rows = re.findall(r"^\| (\d{4}) \| \[(.+?)\]\((.+?)\) \|", read("decisions/README.md"), re.MULTILINE)
    titles = [re.match(r"# (\d{4}) · (.+)\n", read(f"decisions/{name}")).groups() for name in kept]
    assert rows == [(number, title, name) for (number, title), name in zip(titles, kept, strict=True)]


@pytest.mark.parametrize("path", sorted((ROOT / "decisions").glob("[0-9]*.md")), ids=lambda path: path.name[:4])
def test_a_decision_has_its_four_parts(path: Path) -> None:
    parts = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert parts == ["Context", "Decision", "Refused", "Consequences"]


def test_data_files_say_where_they_come_from() -> None:
    folder = ROOT / "src" / "servanda" / "data"
    files = {path.name for path in folder.iterdir() if path.suffix in {".csv", ".json", ".toml"}}
    papers = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.md"))
    assert {name for name in files if f"`{name}`" not in papers} == set()


def test_public_names_are_there_and_documented() -> None:
    names = list(servanda.__all__)
    assert names == sorted(names)
    assert [name for name in names if not hasattr(servanda, name)] == []
    page = ROOT / "reference" / "python.md"
    documented = page.read_text(encoding="utf-8") if page.exists() else ""
    assert [name for name in names if f"`{name}`" not in documented and f"`{name}(" not in documented] == []


def test_rules_of_the_life_cycle_are_those_of_the_specification() -> None:
    named = {rule for _, parsed in produce.modules() for rule in re.findall(r"'(life\.\d+)'", ast.unparse(parsed))}
    assert named == set(re.findall(r"^\| (life\.\d+) \|", read("spec/judging.md"), re.MULTILINE))


def cited(line: str) -> list[tuple[str, str]]:
    """The (page, number) pairs of one line of a docstring that begins with `Spec:` or `Clause:`."""
    found: list[tuple[str, str]] = []
    page = ""
    for word in re.findall(r"Source:|[a-z]+(?:-[a-z]+)+|[a-z]+|\d+(?:\.\d+)?", re.sub(r"\(.*?\)|`.*?`", "", line)):
        if word == "Source:":
            break
        if word[0].isdigit():
            found.append((page, word))
        elif word in {"agreement", "judging", "record", "vocabulary"} or "-" in word:
            page = word
    return found


def stands(page: str, number: str) -> bool:
    """Whether a page has the section, or an agreement the paragraph."""
    if page and (ROOT / "agreements" / page).is_dir():
        return f"**{number}** " in read(f"agreements/{page}/en.md")
    if not (ROOT / "spec" / f"{page}.md").exists():
        return False
    if "." not in number:
        return bool(re.search(rf"^(## )?{number}\. ", read(f"spec/{page}.md"), re.MULTILINE))
    return bool(re.search(rf"(^|\| |[.)] ){re.escape(number)} ", read(f"spec/{page}.md"), re.MULTILINE))


def test_a_citation_is_read_as_it_is_written() -> None:
    line = "Spec: record 4.4 (facts, 9.9), 11; judging 3 to 5. Clause: kr-jp-b 4.3. Source: RFC 9162 2.1."
    assert cited(line) == [("record", "4.4"), ("record", "11"), ("judging", "3"), ("judging", "5"), ("kr-jp-b", "4.3")]
    assert [stands(*place) for place in (*cited(line), ("record", "4.99"), ("kr-jp-b", "3.9"))] == [
        *[True] * 5,
        False,
        False,
    ]


def test_what_the_code_cites_is_there() -> None:
    lines = [
        (name, match.group())
        for name, _ in produce.modules()
        for match in re.finditer(r"\b(Spec|Clause): .*", (produce.SOURCE / name).read_text(encoding="utf-8"))
    ]
    assert [(name, line, *place) for name, line in lines for place in cited(line) if not stands(*place)] == []
