"""What is written for operators names settings that exist, all of them, and those that several hosts must share."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "src/yingke/settings.py"
TABLES = ("docs/operating/en.md", "docs/operating/zh.md")
SCALING = ("docs/operating/scaling.en.md", "docs/operating/scaling.zh.md")
SHARED = ("DATABASE_URL", "FILES_URL", "SECRET_KEY", "SMTP_URL", "PUBLIC_URL", "TRUSTED_PROXIES")
"""What is wrong, or in the wrong place, where one host has it otherwise than the others."""


def read_by_the_program() -> set[str]:
    return set(re.findall(r'(?:text|number)\("([A-Z_]+)"', SETTINGS.read_text()))


def named_in(path: Path) -> set[str]:
    return set(re.findall(r"YINGKE_([A-Z_]+)", path.read_text()))


def test_no_setting_is_named_that_nothing_reads() -> None:
    files = [*(ROOT / "deploy").rglob("*"), *(ROOT / "docs/operating").rglob("*.md")]
    named = set().union(*(named_in(path) for path in files if path.is_file()))
    assert len(named) > 10 and named - read_by_the_program() == set()


@pytest.mark.parametrize("page", TABLES)
def test_the_table_of_settings_is_complete(page: str) -> None:
    assert read_by_the_program() - named_in(ROOT / page) == set()


@pytest.mark.parametrize("page", SCALING)
def test_what_several_hosts_share_is_said_where_several_hosts_are_described(page: str) -> None:
    assert set(SHARED) - named_in(ROOT / page) == set()


def test_pods_that_keep_nothing_are_given_all_that_they_share() -> None:
    given = set().union(*(named_in(path) for path in (ROOT / "deploy/kubernetes").glob("*.yaml")))
    assert set(SHARED) - given == set()


def test_what_runs_at_night_backs_up_what_is_served() -> None:
    units = [(ROOT / "deploy/systemd" / name).read_text() for name in ("yingke.service", "yingke-backup.service")]
    serving, backup = (
        re.findall(r"^(?:User|Environment|EnvironmentFile|StateDirectory)=.*", each, re.M) for each in units
    )
    assert backup and set(backup) <= set(serving)
    for page in TABLES:
        assert not re.search(r"^[\d* ]+ yingke .*yingke backup", (ROOT / page).read_text(), re.M), "knows no settings"


def test_hosts_of_one_compose_file_share_what_they_keep() -> None:
    """Then the key and the files are below the folder that all of them have."""
    compose = (ROOT / "deploy/docker/compose.yaml").read_text()
    shared, hosts = compose.split("\nservices:\n", 1)
    assert "- data:/data" in shared and hosts.count("<<: *yingke") == 2 and "volumes" not in hosts.split("balancer:")[0]
