"""The commands as an operator types them, on a running decnet and without one."""
import json
import re

from conftest import Fleet


def test_users_reset_draws_a_password_that_opens_the_dashboard(fleet):
    said = fleet.command("users", "reset", "admin").stdout
    drawn = re.search(r"\w{5}-\w{5}-\w{5}-\w{5}", said)
    assert drawn
    fleet.password = drawn.group(0)  # Tests that follow sign in with it.


def test_an_unknown_user_is_not_found(fleet):
    assert fleet.command("users", "reset", "nobody-of-that-name", check=False).returncode == 3


def test_a_second_start_says_who_runs_already(fleet):
    done = fleet.command("up", check=False)
    assert done.returncode == 4 and str(fleet.process.pid) in done.stderr


def test_tables_have_their_json(fleet):
    names = {row["name"] for row in json.loads(fleet.command("--json", "services").stdout)}
    assert names >= {"http", "https", "ftp", "redis"}
    assert json.loads(fleet.command("--json", "archetypes").stdout)
    assert json.loads(fleet.command("--json", "status").stdout)["health"]["status"] == "ok"
    assert "version" in json.loads(fleet.command("--json", "version").stdout)


def test_the_store_can_be_copied_while_it_is_in_use(fleet, tmp_path):
    copy = tmp_path / "copy.sqlite"
    fleet.command("db", "backup", str(copy))
    assert copy.stat().st_size > 0


def test_a_bad_key_is_named_with_its_line(fleet, tmp_path):
    file = tmp_path / "decnet.toml"
    file.write_text("[fleet]\nnetwrok = '127.1.0.0/16'\n")
    done = fleet.command("--config", str(file), "config", "check", check=False)
    assert done.returncode == 2 and "fleet.network" in done.stderr and ":2:" in done.stderr


def test_without_a_running_decnet_the_commands_say_what_to_do(tmp_path):
    done = Fleet(tmp_path).command("status", check=False)
    assert done.returncode == 6 and "decnet up" in done.stderr


def test_every_shell_has_its_completion(fleet):
    for shell in ("bash", "zsh", "fish"):
        assert "attackers" in fleet.command("completion", shell).stdout
