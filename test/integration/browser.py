"""Runs of web/e2e in Chromium against a running decnet."""
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def missing():
    """What is not there that such a run needs, as a reason to skip it; empty where all is."""
    if not pathlib.Path(CHROMIUM).exists():
        return f"{CHROMIUM} is missing: apt-get install chromium"
    if not shutil.which("node"):
        return "node is missing"
    if not (WEB / "node_modules/playwright-core").exists():
        return "web/node_modules is missing: npm ci in web/"
    return ""


def run_script(script, base, password, **variables):
    environment = {**os.environ, "DECNET_URL": base, "DECNET_PASSWORD": password, "CHROMIUM": CHROMIUM, **variables}
    return subprocess.Popen(["node", f"e2e/{script}"], cwd=WEB, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
