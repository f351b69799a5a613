"""decnet import: counts in = mapped + rejected, and a second run adds nothing."""
import json

ROWS = [
    {"timestamp": "2025-02-11 01:18:13.286635", "duration": 15, "session_id": "4923446f-0fa6-47db-afce-7b67b8dee28b", "source_ip": "192.0.2.7",
     "source_port": 52182, "destination_ip": "198.51.100.2", "destination_port": 110, "protocol": "pop3", "num_auth_attempts": 1,
     "auth_attempts": [{"timestamp": "2025-02-11 01:18:14.000000", "username": "ann", "password": "import-test"}], "session_ended": True,
     "auxiliary_data": {}},
    {"nothing": "of use"},
]


def test_rows_are_mapped_or_counted_and_a_second_run_adds_nothing(fleet, tmp_path):
    file = tmp_path / "heralding.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    first = json.loads(fleet.command("--json", "import", "heralding", str(file)).stdout)[0]
    assert first["rows"] == 2 and first["mapped"] == 1 and first["rejected"] == 1
    fleet.wait_for(lambda: fleet.api("/credentials?principal=ann")["data"])
    listed = fleet.wait_for(lambda: [row for row in fleet.api("/imports")["data"] if row["file"] == str(file)])
    assert listed[0]["kind"] == "heralding" and listed[0]["lines"] == 2 and listed[0]["mapped"] == 1 and listed[0]["rejected"] == 1
    before = fleet.api("/events?ip=192.0.2.7&count=exact&limit=1")["total"]
    assert before == first["events"]
    fleet.command("import", "heralding", str(file))
    assert len([row for row in fleet.api("/imports")["data"] if row["file"] == str(file)]) == 1
    subsequent = fleet.wait_for(lambda: fleet.api("/events?ip=192.0.2.7&count=exact&limit=1"))["total"]
    assert subsequent == before


def test_an_unknown_kind_is_a_usage_error(fleet, tmp_path):
    file = tmp_path / "x"
    file.write_text("x\n")
    done = fleet.command("import", "nonsense", str(file), check=False)
    assert done.returncode == 2 and "heralding" in done.stderr
