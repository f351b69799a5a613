"""hydra: as many login.attempt events as it made tries, and nothing works but what the persona has."""
import re
import secrets

import pytest
from clients import attempts, demo_ip, name_of, run
from known_fleet import PROFTPD, REDIS, VSFTPD

FOUND = re.compile(r"^\[\d+\]\[[a-z-]+\] host: \S+ (?:  login: (\S+))? +password: (\S+)", re.MULTILINE)


def hydra(folder, *target, users=None, passwords):
    """What hydra holds for right: (user or "", password)."""
    (folder / "passwords").write_text("".join(f"{one}\n" for one in passwords))
    words = ["hydra", "-I", "-t", "4", "-P", folder / "passwords"]
    if users:
        (folder / "users").write_text("".join(f"{one}\n" for one in users))
        words += ["-L", folder / "users"]
    return FOUND.findall(run(*words, *target, check=False))


def outcomes(fleet, decky, principal, count):
    """The outcomes of a principal's tries, once they are as many; one more would come to light."""
    def look():
        found = [one["outcome"] for one in attempts(fleet, decky, principal)]
        return found if len(found) >= count else None
    return fleet.wait_for(look)


@pytest.mark.parametrize("decky", [VSFTPD, PROFTPD], ids=["vsftpd", "proftpd"])
def test_ftp_counts_every_try_and_opens_to_none(known, decky, tmp_path):
    users = [f"hydra-{decky.name}-{number}" for number in range(2)]
    assert hydra(tmp_path, f"ftp://{decky.place(known)[0]}", users=users, passwords=[secrets.token_hex(8) for _ in range(2)]) == []
    for user in users:
        assert outcomes(known, decky.name, user, 2) == ["refused"] * 2


@pytest.mark.parametrize("decky", [VSFTPD, PROFTPD], ids=["vsftpd", "proftpd"])
def test_the_right_one_works_every_time_and_a_random_one_never(known, decky, tmp_path):
    target = f"ftp://{decky.place(known)[0]}"
    before = [one["outcome"] for one in attempts(known, decky.name, decky.user)]
    for _ in range(2):
        found = hydra(tmp_path, target, users=[decky.user], passwords=[secrets.token_hex(8), decky.password])
        assert found == [(decky.user, decky.password)]
    after = outcomes(known, decky.name, decky.user, len(before) + 4)[len(before):]
    assert sorted(after) == ["accepted"] * 2 + ["refused"] * 2


def test_redis_counts_every_try_and_opens_to_the_right_one(known, tmp_path):
    before = len(attempts(known, REDIS.name, "default"))
    wrong = [secrets.token_hex(8) for _ in range(5)]
    target = f"redis://{REDIS.place(known)[0]}"
    assert hydra(tmp_path, target, passwords=wrong) == []
    assert outcomes(known, REDIS.name, "default", before + 5)[before:] == ["refused"] * 5
    for run_number in range(1, 3):
        assert hydra(tmp_path, target, passwords=[REDIS.password]) == [("", REDIS.password)]
        assert outcomes(known, REDIS.name, "default", before + 5 + run_number)[before + 5:] == ["accepted"] * run_number


def test_http_basic_counts_every_try_where_nothing_is_protected(fleet, tmp_path):
    """The genuine default page asks nobody for a password: hydra holds all for right, and the decky says so of none."""
    ip = demo_ip(fleet, "nginx")
    users = [f"hydra-basic-{number}" for number in range(3)]
    assert len(hydra(tmp_path, f"http-get://{ip}/", users=users, passwords=[secrets.token_hex(8)])) == 3
    for user in users:
        assert outcomes(fleet, name_of(fleet, ip), user, 1) == ["refused"]


def test_a_wordpress_form_counts_every_try_and_opens_to_none(fleet, tmp_path):
    ip = demo_ip(fleet, "wordpress")
    users = ["hydra-form-0", "hydra-form-1"]
    form = "/wp-login.php:log=^USER^&pwd=^PASS^:login_error"
    assert hydra(tmp_path, ip, "http-post-form", form, users=users, passwords=[secrets.token_hex(8) for _ in range(3)]) == []
    for user in users:
        assert outcomes(fleet, name_of(fleet, ip), user, 3) == ["refused"] * 3
