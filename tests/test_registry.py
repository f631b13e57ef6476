import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector import sources, targets
from connector.domain.errors import ConfigurationError
from connector.domain.message import Message
from connector.registry import source_kind, source_kinds, target_kind, target_kinds
from connector.targets import memory, wordpress_xmlrpc


def refuse(problem: Message, right: Message) -> ConfigurationError:
    return ConfigurationError(
        file="targets.toml",
        line=2,
        key="targets.portal.kind",
        problem=str(problem),
        right=str(right),
    )


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def install(site_packages: Path, *, group: str, kind: str, code: str) -> None:
    """Install a distribution with one plugin, as pip would."""
    (site_packages / "thu_vien_plugin.py").write_text(code, encoding="utf-8")
    info = site_packages / "thu_vien_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: thu-vien-plugin\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(f"[{group}]\n{kind} = thu_vien_plugin\n")


PLUGIN = "from connector.targets.memory import Options, connect\n"


def test_a_file_in_targets_is_a_kind() -> None:
    assert target_kind("memory", refuse=refuse) is memory
    assert "memory" in target_kinds()


def test_a_hyphen_in_a_kind_is_an_underscore_in_its_file() -> None:
    assert target_kind("wordpress-xmlrpc", refuse=refuse) is wordpress_xmlrpc
    assert "wordpress-xmlrpc" in target_kinds()
    with pytest.raises(ConfigurationError) as caught:
        target_kind("wordpress_xmlrpc", refuse=refuse)
    assert "wordpress-xmlrpc" in str(caught.value.facts["right"])


def test_a_file_that_connects_nothing_is_no_kind(
    site_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = site_packages / "room"
    room.mkdir()
    (room / "kho.py").write_text("def connect(): ...\n", encoding="utf-8")
    (room / "chu.py").write_text("words = []\n", encoding="utf-8")
    (room / "_rieng.py").write_text("def connect(): ...\n", encoding="utf-8")
    monkeypatch.setattr(sources, "__path__", [str(room)])

    assert source_kinds() == ["kho"]
    with pytest.raises(ConfigurationError) as caught:
        source_kind("_rieng", refuse=refuse)
    assert caught.value.facts["right"] == "Kinds there are: kho."


def test_an_unknown_kind_is_refused_with_the_kinds_there_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(targets, "__path__", [str(tmp_path)])

    with pytest.raises(ConfigurationError) as caught:
        target_kind("drupal", refuse=refuse)

    assert caught.value.facts == {
        "file": "targets.toml",
        "line": 2,
        "key": "targets.portal.kind",
        "problem": "there is no kind “drupal”",
        "right": "Kinds there are: .",
    }


def test_an_installed_plugin_is_a_kind(site_packages: Path) -> None:
    install(site_packages, group="connector.targets", kind="vufind", code=PLUGIN)

    kind = target_kind("vufind", refuse=refuse)

    assert kind.Options is memory.Options
    assert "vufind" in target_kinds()
    assert "vufind" not in source_kinds()


def test_a_plugin_takes_the_place_of_our_kind_of_the_same_name(
    site_packages: Path,
) -> None:
    install(site_packages, group="connector.targets", kind="memory", code=PLUGIN)

    assert target_kind("memory", refuse=refuse) is not memory


@pytest.mark.parametrize(
    ("code", "detail"),
    [
        ("import khong_co\n", "No module named 'khong_co'"),
        ("connect = None\n", "no Options"),
        ("Options = None\n", "no connect"),
    ],
)
def test_a_plugin_that_cannot_be_used_is_named(
    site_packages: Path, code: str, detail: str
) -> None:
    install(site_packages, group="connector.sources", kind="hop-thu", code=code)

    with pytest.raises(ConfigurationError) as caught:
        source_kind("hop-thu", refuse=refuse)

    assert caught.value.facts["problem"] == (
        f"the plugin thu-vien-plugin cannot be used ({detail})"
    )
    assert caught.value.facts["right"] == (
        "Install thu-vien-plugin again, or remove it."
    )
