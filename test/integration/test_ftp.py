"""lftp and Python's ftplib against vsftpd and ProFTPD, and what every FTP decky of the demo fleet has in common."""
import concurrent.futures
import ftplib
import io

import pytest
from clients import attempts, captured, credential, ended_session, name_of, run, secret
from known_fleet import PROFTPD, VSFTPD

BOTH = pytest.mark.parametrize("decky", [VSFTPD, PROFTPD], ids=["vsftpd", "proftpd"])
QUIET = "set net:max-retries 1; set net:timeout 10; set ssl:verify-certificate no; set xfer:clobber yes; "


def lftp(fleet, decky, script, login=None, settings="set ftp:ssl-allow no; ", check=True):
    host = decky.place(fleet)[0]
    opening = f"open -u {login[0]},{login[1]} {host}; " if login else f"open {host}; "
    return run("lftp", "-c", QUIET + settings + opening + script, check=check)


def client(place, user="", password=""):
    peer = ftplib.FTP(timeout=20)
    peer.connect(*place)
    try:
        peer.login(user, password)
    except ftplib.Error:
        peer.close()
        raise
    return peer


def first_file(peer, folder):
    """The path of some file below a folder."""
    lines = []
    peer.retrlines(f"LIST {folder}", lines.append)
    for line in lines:
        path = f"{folder}/{line.split()[-1]}"
        if line.startswith("-"):
            return path
        found = first_file(peer, path)
        if found:
            return found
    return None


@BOTH
def test_lftp_lists_the_bait_in_both_modes(known, decky):
    passive = lftp(known, decky, "ls; cls -1 pub")
    active = lftp(known, decky, "ls; cls -1 pub", settings="set ftp:ssl-allow no; set ftp:passive-mode no; ")
    assert passive == active and "welcome.msg" in passive and "pub/" in passive and "pub/README" in passive


@BOTH
def test_lftp_mirrors_the_bait_and_every_byte_counts(known, decky, tmp_path):
    lftp(known, decky, f"mirror pub {tmp_path}/pub")
    files = [path for path in (tmp_path / "pub").rglob("*") if path.is_file()]
    peer = client(decky.place(known))
    peer.voidcmd("TYPE I")
    sizes = {path: peer.size(str(path.relative_to(tmp_path))) for path in files}
    peer.quit()
    assert len(files) > 3 and {path: path.stat().st_size for path in files} == sizes
    done = known.wait_for(lambda: [event for event in known.events(type="request", decky=decky.name)
                                   if event["fields"].get("verb") == "RETR" and event["fields"].get("outcome") == "complete"])
    assert {event["fields"]["mode"] for event in done} == {"passive"}


@BOTH
@pytest.mark.parametrize("passive", [True, False], ids=["passive", "active"])
def test_a_file_reads_the_same_in_both_modes_and_from_its_middle(known, decky, passive):
    peer = client(decky.place(known))
    peer.set_pasv(passive)
    path = first_file(peer, "pub")
    peer.voidcmd("TYPE I")
    size = peer.size(path)
    whole, rest = io.BytesIO(), io.BytesIO()
    peer.retrbinary(f"RETR {path}", whole.write)
    peer.retrbinary(f"RETR {path}", rest.write, rest=size // 2)
    peer.quit()
    assert len(whole.getvalue()) == size and whole.getvalue()[size // 2:] == rest.getvalue()


@BOTH
def test_lftp_works_by_tls_where_auth_tls_is_open(known, decky):
    login = (decky.user, decky.password)
    seen = lftp(known, decky, "cls -1", login, settings="set ftp:ssl-force yes; set ftp:ssl-protect-data yes; ")
    assert "documents/" in seen
    event = known.wait_for(lambda: [event for event in known.events(type="login.attempt", decky=decky.name)
                                    if event["fields"]["principal"] == decky.user and event["fields"]["outcome"] == "accepted"])[0]
    session = ended_session(known, event)
    kinds = {one["fields"]["kind"] for one in known.events(type="fingerprint", session_uuid=session["uuid"])}
    assert {"ja3", "ja4"} <= kinds
    assert credential(known, decky.name, decky.user, "plaintext", count=None)["accepted"]


@BOTH
def test_what_lftp_stores_is_an_artifact_and_is_there_the_next_time(known, decky, tmp_path):
    content = f"#!/bin/sh\necho stored on {decky.name}\n".encode() + bytes(range(256)) * 200
    (tmp_path / "run.sh").write_bytes(content)
    login = (decky.user, decky.password)
    lftp(known, decky, f"put {tmp_path}/run.sh -o documents/run.sh", login)
    event = captured(known, decky.name, content)
    assert event["fields"]["name"] == "run.sh" and event["fields"]["path"].endswith("/documents/run.sh")
    assert ended_session(known, event)["files"] == 1
    lftp(known, decky, f"get documents/run.sh -o {tmp_path}/back", login)
    assert (tmp_path / "back").read_bytes() == content


@BOTH
@pytest.mark.parametrize("passive", [True, False], ids=["passive", "active"])
def test_an_anonymous_upload_is_an_artifact(known, decky, passive):
    content = f"anonymous upload to {decky.name}, passive {passive}\n".encode() * 5000
    peer = client(decky.place(known))
    peer.set_pasv(passive)
    assert peer.storbinary(f"STOR incoming/drop-{passive}.bin", io.BytesIO(content)).startswith("226")
    peer.quit()
    event = captured(known, decky.name, content)
    assert ended_session(known, event)["end_reason"] == "quit"


@BOTH
def test_a_refused_login_is_a_credential(known, decky):
    with pytest.raises(ftplib.error_perm, match="^530 Login incorrect"):
        client(decky.place(known), decky.user, "not-the-password")
    row = known.wait_for(lambda: [row for row in known.api(f"/credentials?decky={decky.name}&principal={decky.user}")["data"]
                                  if secret(known, row)["secret"] == "not-the-password"])[0]
    assert not row["accepted"] and row["attempts"] == 1


@BOTH
def test_root_never_gets_in(known, decky):
    with pytest.raises(ftplib.error_perm):
        client(decky.place(known), "root", "root")
    tries = known.wait_for(lambda: attempts(known, decky.name, "root"))
    assert [one["outcome"] for one in tries] == ["refused"]


def greet_and_guess(place):
    """What a decky says first, and to a login that nobody has."""
    peer = ftplib.FTP(timeout=20)
    banner = peer.connect(*place)
    with pytest.raises(ftplib.error_perm, match="^530") as refused:
        peer.login("nobody-known", f"guess of {place[0]}")
    peer.close()
    return banner, str(refused.value)


def test_every_ftp_decky_of_the_demo_fleet_greets_and_refuses(fleet):
    places = fleet.places("ftp")
    with concurrent.futures.ThreadPoolExecutor(len(places)) as pool:
        said = list(pool.map(greet_and_guess, places))
    for place in places:
        row = credential(fleet, name_of(fleet, place[0]), "nobody-known", "plaintext")
        assert not row["accepted"] and secret(fleet, row)["secret"] == f"guess of {place[0]}"
    banners = [banner for banner, _ in said]
    assert "220 (vsFTPd 3.0.3)" in banners and any("ProFTPD" in banner for banner in banners)
