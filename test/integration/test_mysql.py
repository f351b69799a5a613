"""The genuine client programs against a MariaDB of the demo fleet."""
import secrets

import known_fleet
import pytest
from clients import attempts, name_of, run
from conftest import Fleet


MARIADB = known_fleet.Known("nas-15", 40, 30064771193, "mysql", 3306, {"server": "mariadb"}, "backup", "letmein")
MYSQL = known_fleet.Known("nas-16", 41, 30064771264, "mysql", 3306, {"server": "mysql"}, "ftpuser", "welcome1")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory):
    """A fleet of two: their accounts are known."""
    running = Fleet(tmp_path_factory.mktemp("mysql"))
    before, known_fleet.ALL = known_fleet.ALL, (MARIADB, MYSQL)
    known_fleet.plant(running)
    known_fleet.ALL = before
    running.start()
    yield running
    running.stop()


@pytest.fixture
def place(fleet):
    ip = MARIADB.place(fleet)[0]
    return next(place for place in fleet.places("mysql") if place[0] == ip)


def mariadb(place, *words, user="nobody", password="x", check=False):
    return run("mariadb", "-h", place[0], "-P", place[1], f"-u{user}", f"-p{password}", *words, check=check)


def test_a_wrong_password_is_refused_and_kept_for_cracking(fleet, place):
    user = "it-" + secrets.token_hex(3)
    said = mariadb(place, "-e", "SELECT 1", user=user)
    assert "Access denied for user" in said
    decky = name_of(fleet, place[0])
    found = fleet.wait_for(lambda: attempts(fleet, decky, user))
    assert found[0]["outcome"] == "refused"
    if found[0]["secret_kind"] == "mysql_native":
        assert found[0]["crack_format"] == "11200"


def test_nmap_reads_the_greeting(place):
    said = run("nmap", "-Pn", "-sV", "-p", place[1], "--script", "mysql-info", place[0], seconds=120)
    assert "MariaDB" in said or "MySQL 8.0" in said
    assert "Salt:" in said


def test_hydra_finds_nothing_with_random_passwords(place, tmp_path):
    (tmp_path / "passwords").write_text("".join(secrets.token_hex(8) + "\n" for _ in range(4)))
    said = run("hydra", "-I", "-t", "2", "-l", "root", "-P", tmp_path / "passwords", "-s", place[1], f"mysql://{place[0]}", check=False)
    assert "0 valid password" in said


def test_the_right_password_opens_and_changes_are_kept(fleet, place):
    login = {"user": MARIADB.user, "password": MARIADB.password, "check": True}
    assert "MariaDB" in mariadb(place, "-e", "SELECT VERSION(); SHOW DATABASES; SHOW VARIABLES LIKE 'version%'", **login)
    mariadb(place, "-e", "CREATE DATABASE README_TO_RECOVER; USE README_TO_RECOVER; CREATE TABLE note (t TEXT); INSERT INTO note VALUES ('pay')", **login)
    assert "pay" in mariadb(place, "-e", "SELECT * FROM README_TO_RECOVER.note", **login)
    found = fleet.wait_for(lambda: fleet.events(type="request", service="mysql", decky=MARIADB.name))
    assert "ransom_note" in [event["fields"]["attack"] for event in found]


def test_mariadb_dump_dumps_what_is_there(place):
    said = run("mariadb-dump", "-h", place[0], "-P", place[1], f"-u{MARIADB.user}", f"-p{MARIADB.password}", "--skip-lock-tables",
               "README_TO_RECOVER", check=False)
    assert "CREATE TABLE `note`" in said and "INSERT INTO `note`" in said


@pytest.mark.parametrize("decky", [MARIADB, MYSQL], ids=["mariadb", "mysql"])
def test_pymysql_logs_in_and_reads(fleet, decky):
    pymysql = __import__("pymysql")
    port = next(port for ip, port in fleet.places("mysql") if ip == decky.place(fleet)[0])
    connection = pymysql.connect(host=decky.place(fleet)[0], port=port, user=decky.user, password=decky.password)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1, 'a', NULL, @@version")
        row = cursor.fetchone()
    assert row[:3] == (1, "a", None)
