"""The genuine client programs, scanners and guessers against a MariaDB and a MySQL whose accounts are known."""
import hashlib
import pathlib
import re
import secrets

import pymysql
import pytest
from clients import attempts, captured, credential, run, secret
from known_fleet import MARIADB, MARIADB_LURE, MYSQL


@pytest.fixture
def place(known):
    return MARIADB.place(known)


def mariadb(place, *words, user=MARIADB.user, password=MARIADB.password, check=True, stdin=None):
    return run("mariadb", "--no-defaults", "-h", place[0], "-P", place[1], f"-u{user}", f"-p{password}", *words, check=check, stdin=stdin)


def connect(known, decky, **more):
    ip, port = decky.place(known)
    return pymysql.connect(host=ip, port=port, **{"user": decky.user, "password": decky.password, **more})


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def unknown_user():
    return "it-" + secrets.token_hex(3)


def native_line_fits(line, password):
    """As hashcat's mode 11200 checks it: SHA1(p) xor SHA1(salt . SHA1(SHA1(p)))."""
    salt, response = (bytes.fromhex(part) for part in re.fullmatch(r"\$mysqlna\$([0-9a-f]{40})\*([0-9a-f]{40})", line).groups())
    stage = hashlib.sha1(password).digest()
    mask = hashlib.sha1(salt + hashlib.sha1(stage).digest()).digest()
    return bytes(a ^ b for a, b in zip(stage, mask)) == response


def sha2_line_fits(line, password):
    """SHA256(p) xor SHA256(SHA256(SHA256(p)) . salt)."""
    salt, response = (bytes.fromhex(part) for part in re.fullmatch(r"\$mysqlsha2\$([0-9a-f]{40})\*([0-9a-f]{64})", line).groups())
    stage = hashlib.sha256(password).digest()
    mask = hashlib.sha256(hashlib.sha256(stage).digest() + salt).digest()
    return bytes(a ^ b for a, b in zip(stage, mask)) == response


def test_a_wrong_password_is_refused_and_its_challenge_can_be_cracked(known, place):
    user = unknown_user()
    assert "Access denied for user" in mariadb(place, "-e", "SELECT 1", user=user, password="summer2024", check=False)
    found = known.wait_for(lambda: attempts(known, MARIADB.name, user))
    assert (found[0]["outcome"], found[0]["secret_kind"]) == ("refused", "mysql_native")
    row = credential(known, MARIADB.name, user, "mysql_native")
    proof = secret(known, row)
    assert row["crack_format"] == "11200"
    assert native_line_fits(proof["crack_line"], b"summer2024") and not native_line_fits(proof["crack_line"], b"summer2025")


def test_the_challenge_of_caching_sha2_can_be_checked_too(known):
    user = unknown_user()
    with pytest.raises(pymysql.err.OperationalError) as refused:
        connect(known, MYSQL, user=user, password="winter2024")
    assert refused.value.args[0] == 1045
    found = known.wait_for(lambda: (lambda rows: rows if len(rows) == 2 else None)(attempts(known, MYSQL.name, user)))
    assert {(row["secret_kind"], row["outcome"]) for row in found} == {("mysql_caching_sha2", "refused"), ("plaintext", "refused")}
    proof = secret(known, credential(known, MYSQL.name, user, "mysql_caching_sha2"))
    assert sha2_line_fits(proof["crack_line"], b"winter2024") and not sha2_line_fits(proof["crack_line"], b"winter2025")
    assert secret(known, credential(known, MYSQL.name, user, "plaintext"))["secret"] == "winter2024"


def test_the_right_password_opens_and_changes_are_kept(known, place):
    assert "MariaDB" in mariadb(place, "-e", "SELECT VERSION(); SHOW DATABASES; SHOW VARIABLES LIKE 'version%'")
    mariadb(place, "-e", "CREATE DATABASE README_TO_RECOVER; USE README_TO_RECOVER; CREATE TABLE note (t TEXT); INSERT INTO note VALUES ('pay')")
    assert "pay" in mariadb(place, "-e", "SELECT * FROM README_TO_RECOVER.note")
    dumped = run("mariadb-dump", "--no-defaults", "-h", place[0], "-P", place[1], f"-u{MARIADB.user}", f"-p{MARIADB.password}", "README_TO_RECOVER")
    assert "CREATE TABLE `note`" in dumped and "INSERT INTO `note` VALUES\n('pay')" in dumped
    known.wait_for(lambda: "ransom_note" in [event["fields"].get("attack") for event in known.events(type="request", service="mysql", decky=MARIADB.name)])


def test_a_script_goes_on_after_its_errors(place):
    said = mariadb(place, "-f", "-N", stdin="SELECT 1;\nSELECT nosuch;\nSELECT 'a' REGEXP '(';\nSELECT CONCAT(REPEAT('a',40),'b') REGEXP '^(a+)+$';\nSELECT 42;\n",
                   check=False)
    assert "ERROR 1054 (42S22)" in said and "Regex error 'missing closing parenthesis at offset 1'" in said and said.rstrip().endswith("0\n42")


def test_a_file_that_a_client_loads_is_kept(known, place, tmp_path):
    content = secrets.token_hex(20).encode() + b"\n"
    (tmp_path / "list.txt").write_bytes(content)
    mariadb(place, "--local-infile=1", "-e", f"CREATE DATABASE loaded; CREATE TABLE loaded.t (a TEXT); LOAD DATA LOCAL INFILE '{tmp_path}/list.txt' INTO TABLE loaded.t")
    captured(known, MARIADB.name, content)


def test_the_lure_takes_the_file_that_it_names(known):
    mariadb(MARIADB_LURE.place(known), "--local-infile=1", "-e", "SELECT 1", user=MARIADB_LURE.user, password=MARIADB_LURE.password, check=False)
    captured(known, MARIADB_LURE.name, pathlib.Path("/etc/passwd").read_bytes())


def test_pymysql_talks_to_mariadb(known):
    with connect(known, MARIADB) as connection:
        assert ask(connection, "SELECT 1, 'a', NULL, @@version")[0][:3] == (1, "a", None)
        with pytest.raises(pymysql.err.ProgrammingError):
            ask(connection, "SELECT * FROM nosuch.table_of_it")
        assert ask(connection, "SELECT 'still', 'here'") == (("still", "here"),)


def test_mysql_takes_passwords_by_rsa_by_tls_and_then_by_hash_alone(known):
    def plain():
        return len([row for row in attempts(known, MYSQL.name, MYSQL.user) if row["secret_kind"] == "plaintext"])

    def hashed():
        return len([row for row in attempts(known, MYSQL.name, MYSQL.user) if row["secret_kind"] == "mysql_caching_sha2"])
    with connect(known, MYSQL) as connection:  # Without TLS the password goes under the server's RSA key.
        assert ask(connection, "SELECT @@version")[0][0].startswith("8.0.")
    known.wait_for(lambda: (plain(), hashed()) == (1, 1))
    with connect(known, MYSQL) as connection:  # The server knows the hash now.
        assert ask(connection, "SELECT CURRENT_USER()")[0][0].startswith(MYSQL.user + "@")
    known.wait_for(lambda: hashed() == 2)
    with connect(known, MYSQL, ssl={"check_hostname": False}) as connection:
        assert ask(connection, "SELECT 1") == ((1,),)
    known.wait_for(lambda: hashed() == 3)
    assert plain() == 1
    with pytest.raises(pymysql.err.OperationalError):  # A wrong one, in the clear within TLS.
        connect(known, MYSQL, password="not-" + MYSQL.password, ssl={"check_hostname": False})
    known.wait_for(lambda: plain() == 2)


@pytest.mark.parametrize(("decky", "product"), [(MARIADB, r"MySQL 5\.5\.5-10\.11\.\d+-MariaDB"), (MYSQL, r"MySQL 8\.0\.\d+")], ids=["mariadb", "mysql"])
def test_nmap_reads_the_greeting(known, decky, product):
    ip, port = decky.place(known)
    said = run("nmap", "-Pn", "-sV", "-p", port, "--script", "mysql-info", ip, seconds=120)
    assert re.search(rf"{port}/tcp +open +mysql +{product}", said), said
    assert "Salt:" in said and "Protocol: 10" in said


def test_hydra_finds_the_one_password(place, tmp_path):
    guesses = [secrets.token_hex(8) for _ in range(3)] + [MARIADB.password]
    (tmp_path / "passwords").write_text("\n".join(guesses) + "\n")
    said = run("hydra", "-I", "-t", "1", "-l", MARIADB.user, "-P", tmp_path / "passwords", "-s", place[1], f"mysql://{place[0]}", check=False)
    assert re.findall(r"login: (\S+) +password: (\S+)", said) == [(MARIADB.user, MARIADB.password)], said
    said = run("hydra", "-I", "-t", "1", "-l", unknown_user(), "-P", tmp_path / "passwords", "-s", place[1], f"mysql://{place[0]}", check=False)
    assert "0 valid password" in said


def test_sqlmap_reads_the_banner_and_the_databases(place, tmp_path):
    said = run("env", f"HOME={tmp_path}", "sqlmap", "-d", f"mysql://{MARIADB.user}:{MARIADB.password}@{place[0]}:{place[1]}/mysql", "--batch", "--banner", "--dbs",
               "--disable-coloring", "--output-dir", tmp_path / "out", seconds=180)
    assert re.search(r"banner: '10\.11\.\d+-MariaDB", said), said
    assert "[*] information_schema" in said and "[*] performance_schema" in said
