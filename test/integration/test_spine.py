"""From a touch to the API: what every service has in common."""
import socket
import subprocess


def touch(place, data=b"", wait=True):
    with socket.create_connection(place, timeout=10) as peer:
        peer.sendall(data)
        peer.settimeout(5)
        return peer.recv(4096) if wait else b""


def test_every_decky_is_up(fleet):
    deckies = fleet.deckies()
    assert deckies
    assert {service["name"] for decky in deckies for service in decky["services"]} >= {"http", "https"}


def test_a_request_becomes_one_session_and_its_events(fleet):
    place = fleet.places("http")[0]
    subprocess.run(["curl", "-sS", "-o", "/dev/null", "-A", "spine-test", f"http://{place[0]}:{place[1]}/spine-{place[1]}"], check=True, timeout=20)
    request = fleet.wait_for_event(type="request", q=f"spine-{place[1]}")
    assert len(request) == 1
    session = request[0]["session_uuid"]
    fleet.wait_for_event(type="session.ended", session_uuid=session)
    types = [event["type"] for event in fleet.events(session_uuid=session)]
    assert types.count("session.started") == 1 and types.count("session.ended") == 1


def test_each_decky_has_a_certificate_of_its_own(fleet):
    places = fleet.places("https")
    assert len(places) >= 2
    prints = set()
    for ip, port in places:
        done = subprocess.run(["openssl", "s_client", "-connect", f"{ip}:{port}"], input=b"", capture_output=True, timeout=20)
        pem = subprocess.run(["openssl", "x509", "-noout", "-fingerprint"], input=done.stdout, capture_output=True, check=True).stdout
        prints.add(pem)
    assert len(prints) == len(places)


def test_a_tls_client_leaves_its_fingerprints(fleet):
    ip, port = fleet.places("https")[0]
    subprocess.run(["curl", "-ksS", "-o", "/dev/null", f"https://{ip}:{port}/"], check=True, timeout=20)
    fleet.wait_for(lambda: {event["fields"]["kind"] for event in fleet.events(type="fingerprint", service="https")} >= {"ja3", "ja4"})


def test_a_closed_port_is_a_scan(fleet):
    ip = fleet.deckies()[0]["ip"]
    with socket.socket() as probe:
        assert probe.connect_ex((ip, 4444)) != 0
    scans = fleet.wait_for(lambda: [event for event in fleet.events(type="scan") if event["dst_port"] == 4444])
    assert scans[0]["fields"]["state"] == "closed"


def test_the_store_agrees_with_a_recount(fleet):
    assert "every counter equals a recount" in fleet.command("db", "check").stdout
