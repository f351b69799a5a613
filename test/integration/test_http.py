"""curl against the demo fleet's web servers."""
import hashlib

import pytest
from clients import attempts, captured, credential, demo_ip, ended_session, name_of, run, secret

DIGEST = ('Digest username="digest-user", realm="private", nonce="5f2d", uri="/digest", qop=auth, nc=00000001, cnonce="0a4f", '
          'response="{}", algorithm=MD5')


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def test_nginx_and_apache_show_the_default_page_of_debian(fleet):
    nginx = run("curl", "-sSi", f"http://{demo_ip(fleet, 'nginx')}/")
    assert "Server: nginx/1.22.1" in nginx and "Welcome to nginx!" in nginx
    apache = run("curl", "-sSi", f"http://{demo_ip(fleet, 'apache')}/")
    assert "Server: Apache/2.4." in apache and "Apache2 Debian Default Page: It works" in apache


def test_curl_sees_the_same_page_by_https_and_leaves_ja3_and_ja4(fleet):
    ip = demo_ip(fleet, "nginx")
    assert "Welcome to nginx!" in run("curl", "-ksS", "-A", "curl-fingerprint", f"https://{ip}/")
    event = fleet.wait_for_event(type="request", q="curl-fingerprint")[0]
    session = ended_session(fleet, event)
    prints = {one["fields"]["kind"]: one["fields"]["value"] for one in fleet.events(type="fingerprint", session_uuid=session["uuid"])}
    assert len(prints["ja3"]) == 32 and prints["ja4"].startswith("t13") and prints["user_agent"] == "curl-fingerprint"
    known = {row["value"] for row in fleet.api("/fingerprints?limit=200")["data"]}
    assert {prints["ja3"], prints["ja4"]} <= known


def test_basic_gives_the_password_itself(fleet):
    ip = demo_ip(fleet, "nginx")
    decky = name_of(fleet, ip)
    for _ in range(2):
        run("curl", "-sS", "-u", "basic-user:s3cret:word", f"http://{ip}/basic")
    row = credential(fleet, decky, "basic-user", "http_basic", count=2)
    assert row["service"] == "http" and not row["accepted"] and row["accepted_count"] == 0
    assert secret(fleet, row)["secret"] == "s3cret:word"
    assert [one["outcome"] for one in attempts(fleet, decky, "basic-user")] == ["refused"] * 2


def test_digest_gives_a_line_to_crack(fleet):
    ip = demo_ip(fleet, "apache")
    proof = md5(f"{md5('digest-user:private:open sesame')}:5f2d:00000001:0a4f:auth:{md5('GET:/digest')}")
    run("curl", "-sS", "-H", f"Authorization: {DIGEST.format(proof)}", f"http://{ip}/digest")
    row = credential(fleet, name_of(fleet, ip), "digest-user", "http_digest")
    assert row["crack_format"] == "hdaa"
    assert secret(fleet, row) == {"secret": proof, "secret_b64": secret(fleet, row)["secret_b64"],
                                  "crack_line": f"$response${proof}$digest-user$private$GET$/digest$5f2d$00000001$0a4f$auth"}


def test_bearer_gives_the_token(fleet):
    ip = demo_ip(fleet, "apache")
    run("curl", "-ksS", "--oauth2-bearer", "token.of.nobody", f"https://{ip}/bearer")
    row = credential(fleet, name_of(fleet, ip), "", "http_bearer")
    assert row["service"] == "https" and secret(fleet, row)["secret"] == "token.of.nobody"


def test_a_wordpress_login_is_refused_and_counted(fleet):
    ip = demo_ip(fleet, "wordpress")
    decky = name_of(fleet, ip)
    for _ in range(2):
        page = run("curl", "-sS", "-d", "log=wp-guesser&pwd=kx93-guess&wp-submit=Log+In", f"http://{ip}/wp-login.php")
        assert "<strong>wp-guesser</strong> is not registered on this site" in page
    row = credential(fleet, decky, "wp-guesser", "plaintext", count=2)
    assert not row["accepted"] and secret(fleet, row)["secret"] == "kx93-guess"
    assert [(one["outcome"], one["method"]) for one in attempts(fleet, decky, "wp-guesser")] == [("refused", "form")] * 2


def test_what_is_put_is_kept(fleet, tmp_path, what="apache"):
    """Apache reads the body before it answers; nginx, which may also serve the WordPress, does not, and then curl may stop halfway."""
    content = f"<?php system($_GET['put-test-{what}']); ?>".encode() + b"\x00\xff" * 20_000
    (tmp_path / "shell.php").write_bytes(content)
    ip = demo_ip(fleet, what)
    run("curl", "-sS", "-T", tmp_path / "shell.php", f"http://{ip}/uploads/")
    event = captured(fleet, name_of(fleet, ip), content)
    assert (event["fields"]["name"], event["fields"]["path"]) == ("shell.php", "/uploads/shell.php")


def test_a_put_that_nginx_answers_before_its_body_is_no_file(fleet, tmp_path):
    (tmp_path / "never-sent.php").write_bytes(b"x" * 1000)
    run("curl", "-sS", "-H", "Expect: 100-continue", "-T", tmp_path / "never-sent.php", f"http://{demo_ip(fleet, 'nginx')}/uploads/")
    session = ended_session(fleet, fleet.wait_for_event(type="request", q="never-sent")[0])
    assert session["files"] == 0


def test_the_file_of_a_form_is_kept(fleet, tmp_path):
    content = b"GIF89a<?php eval('multipart-test');\r\n--not-a-boundary\r\n" * 500
    (tmp_path / "logo.gif").write_bytes(content)
    ip = demo_ip(fleet, "wordpress")
    run("curl", "-ksS", "-F", "action=upload", "-F", f"async-upload=@{tmp_path}/logo.gif", f"https://{ip}/wp-admin/async-upload.php")
    event = captured(fleet, name_of(fleet, ip), content)
    assert event["fields"]["name"] == "logo.gif" and event["service"] == "https"
    assert ended_session(fleet, event)["files"] == 1


def test_a_kept_connection_is_one_session_with_every_request(fleet):
    ip = demo_ip(fleet, "apache")
    run("curl", "-sS", "-o", "/dev/null", "-o", "/dev/null", f"http://{ip}/kept-first", f"http://{ip}/kept-second")
    first = fleet.wait_for_event(type="request", q="kept-first")[0]
    second = fleet.wait_for_event(type="request", q="kept-second")[0]
    assert first["session_uuid"] == second["session_uuid"] and first["fields"]["status"] == "404"
    session = ended_session(fleet, first)
    assert session["service"] == "http" and session["bytes_out"] > 0 and session["attacker_ip"] == "127.0.0.1"
