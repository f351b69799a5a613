"""`decnet init` writes units that systemd understands, and takes all of it away again."""
import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("DECNET_BINARY", str(ROOT / "build/release/decnet"))
UNITS = "etc/systemd/system"


def init(*arguments):
    return subprocess.run([BINARY, "init", *arguments], capture_output=True, text=True, timeout=30, check=True).stdout


def files(root):
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


def test_a_dry_run_says_everything_and_does_nothing(tmp_path):
    said = init("--dry-run", "--root", str(tmp_path))
    assert files(tmp_path) == {}
    init("--root", str(tmp_path))
    for path, text in files(tmp_path).items():
        assert f"write    {tmp_path}/{path}" in said
        assert all(f"         | {line}" in said for line in text.splitlines())
    for command in ("systemd-sysusers", "systemd-tmpfiles", "daemon-reload", "enable decnet.target"):
        assert command in said


def test_every_process_has_a_hardened_unit_with_its_own_rights_and_no_more(tmp_path):
    init("--root", str(tmp_path))
    units = {path.name: path.read_text() for path in (tmp_path / UNITS).glob("*.service")}
    assert {f"decnet-{name}.service" for name in ("bus", "api", "fleet", "prepare", "collector", "ingester", "reconciler")} <= set(units)
    target = (tmp_path / UNITS / "decnet.target").read_text()
    for name, text in units.items():
        assert name in target
        for line in ("User=decnet", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "PrivateDevices=yes", "MemoryDenyWriteExecute=yes", "SystemCallFilter=@system-service"):
            assert line in text.splitlines(), (name, line)
        capabilities = next(line for line in text.splitlines() if line.startswith("CapabilityBoundingSet="))
        assert capabilities == ("CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_NET_RAW" if name == "decnet-fleet.service" else "CapabilityBoundingSet=")
        if name != "decnet-prepare.service":
            assert "WatchdogSec=30" in text and "Type=notify" in text
    for name in ("ingester", "reconciler"):
        assert "PrivateNetwork=yes" in units[f"decnet-{name}.service"]
    assert "PrivateNetwork=yes" not in units["decnet-bus.service"], "its bridge reaches NATS servers"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is missing")
def test_systemd_understands_the_units(tmp_path):
    init("--root", str(tmp_path))
    units = sorted(str(path) for path in (tmp_path / UNITS).iterdir())
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path / UNITS}:"})
    complaints = [line for line in done.stderr.splitlines() if "decnet" in line]
    assert complaints == []


def test_remove_undoes_it_and_keeps_what_people_have_written(tmp_path):
    init("--root", str(tmp_path))
    init("--root", str(tmp_path))  # A second time changes nothing.
    init("--remove", "--root", str(tmp_path))
    assert files(tmp_path) == {}
    init("--root", str(tmp_path))
    config = tmp_path / "etc/decnet/decnet.toml"
    config.write_text(config.read_text() + "\n[api]\nport = 9090\n")
    init("--root", str(tmp_path))
    assert "9090" in config.read_text()
    init("--remove", "--root", str(tmp_path))
    assert list(files(tmp_path)) == ["etc/decnet/decnet.toml"]
