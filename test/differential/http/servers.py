"""Genuine web servers, unpacked from Debian's packages into a scratch folder and run from there on loopback."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

NGINX_PACKAGES = ["nginx", "nginx-common"]
APACHE_PACKAGES = [
    "apache2", "apache2-bin", "apache2-data", "libapr1", "libaprutil1", "libaprutil1-dbd-sqlite3",
    "libaprutil1-ldap", "liblua5.3-0", "libldap-2.5-0", "libjansson4", "libbrotli1", "libcurl4",
    "libnghttp2-14", "libxml2", "libsasl2-2", "media-types"]

# What Debian's apache2 enables on a fresh installation (its postinst).
APACHE_MODULES = [
    "mpm_event", "authz_core", "authn_core", "authz_host", "auth_basic", "access_compat", "authn_file",
    "authz_user", "alias", "dir", "autoindex", "env", "mime", "negotiation", "setenvif", "filter",
    "deflate", "status", "reqtimeout"]
APACHE_CONFS = ["charset", "localized-error-pages", "other-vhosts-access-log", "security", "serve-cgi-bin"]

# When the default page was "installed": the emulator's test uses the same moments.
PAGE_MTIME_NS = 1_709_285_403_123_456_789


def unpack(scratch: pathlib.Path) -> pathlib.Path:
    """Downloads what is missing and unpacks it; returns the root."""
    root, debs = scratch / "root", scratch / "debs"
    if (scratch / "unpacked").exists():
        return root
    debs.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", *NGINX_PACKAGES, *APACHE_PACKAGES], cwd=debs, check=True)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", deb, root], check=True)
    (scratch / "unpacked").touch()
    return root


def version_of(scratch: pathlib.Path, package: str) -> str:
    deb = next((scratch / "debs").glob(f"{package}_*.deb"))
    return subprocess.run(["dpkg-deb", "-f", deb, "Version"], check=True, capture_output=True, text=True).stdout.strip()


def place_page(source: pathlib.Path, target: pathlib.Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)
    os.utime(target, ns=(PAGE_MTIME_NS, PAGE_MTIME_NS))


def make_certificate(folder: pathlib.Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "cert.pem").exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=decoy",
                        "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)


class Server:
    """A running genuine server. Ends with stop()."""

    def __init__(self, command: list, root: pathlib.Path, ports: list):
        library = root / "usr/lib/x86_64-linux-gnu"
        environment = {"LD_LIBRARY_PATH": str(library), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C"}
        self.process = subprocess.Popen([str(word) for word in command], env=environment, start_new_session=True)
        for port in ports:
            self._await(port)

    def _await(self, port: int) -> None:
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise SystemExit(f"the server does not listen on {port}")

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def start_nginx(scratch: pathlib.Path, root: pathlib.Path) -> Server:
    run = scratch / "nginx"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(root / "etc/nginx", run / "etc")
    place_page(root / "usr/share/nginx/html/index.html", run / "html/index.nginx-debian.html")
    make_certificate(run / "tls")
    for folder in ("log", "lib"):
        (run / folder).mkdir()
    config = (run / "etc/nginx.conf").read_text()
    config = config.replace("/etc/nginx", f"{run}/etc").replace("/run/nginx.pid", f"{run}/pid")
    config = config.replace("/var/log/nginx", f"{run}/log").replace("worker_processes auto;", "worker_processes 2; daemon off;")
    temporary = "".join(f"{name}_temp_path {run}/lib/{name};" for name in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    config = config.replace("http {", "http { " + temporary, 1)
    (run / "etc/nginx.conf").write_text(config)
    site = (run / "etc/sites-available/default").read_text().replace("/var/www/html", f"{run}/html")
    tls = f"listen 443 ssl default_server; ssl_certificate {run}/tls/cert.pem; ssl_certificate_key {run}/tls/key.pem;"
    site = site.replace("# SSL configuration", tls, 1)
    (run / "etc/sites-available/default").write_text(site)
    enabled = run / "etc/sites-enabled/default"
    enabled.parent.mkdir(exist_ok=True)
    enabled.unlink(missing_ok=True)
    enabled.symlink_to(run / "etc/sites-available/default")
    open_to_all(run)
    return Server([root / "usr/sbin/nginx", "-c", run / "etc/nginx.conf", "-e", run / "log/error.log"], root, [80, 443])


def start_apache(scratch: pathlib.Path, root: pathlib.Path) -> Server:
    run = scratch / "apache"
    shutil.rmtree(run, ignore_errors=True)
    etc = run / "etc"
    shutil.copytree(root / "etc/apache2", etc)
    place_page(root / "usr/share/apache2/default-site/index.html", run / "html/index.html")
    make_certificate(run / "tls")
    (run / "log").mkdir()
    for module in [*APACHE_MODULES, "ssl", "socache_shmcb"]:
        for suffix in ("load", "conf"):
            if (etc / f"mods-available/{module}.{suffix}").exists():
                (etc / f"mods-enabled/{module}.{suffix}").symlink_to(f"../mods-available/{module}.{suffix}")
    for conf in APACHE_CONFS:
        (etc / f"conf-enabled/{conf}.conf").symlink_to(f"../conf-available/{conf}.conf")
    for site in ("000-default", "default-ssl"):
        (etc / f"sites-enabled/{site}.conf").symlink_to(f"../sites-available/{site}.conf")
    replace = {
        "/usr/lib/apache2": f"{root}/usr/lib/apache2", "/usr/share": f"{root}/usr/share", "/var/www": str(run),
        "/etc/ssl/certs/ssl-cert-snakeoil.pem": f"{run}/tls/cert.pem",
        "/etc/ssl/private/ssl-cert-snakeoil.key": f"{run}/tls/key.pem",
        # Who asks here comes from the host itself; who asks a server on a network does not.
        "Require local": "Require all denied",
        "${APACHE_RUN_USER}": "www-data", "${APACHE_RUN_GROUP}": "www-data", "${APACHE_PID_FILE}": f"{run}/pid",
        "${APACHE_RUN_DIR}": str(run), "${APACHE_LOG_DIR}": f"{run}/log"}
    for path in etc.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.suffix in (".conf", ".load"):
            text = path.read_text()
            for old, new in replace.items():
                text = text.replace(old, new)
            path.write_text(text)
    open_to_all(run)
    return Server([root / "usr/sbin/apache2", "-d", etc, "-f", etc / "apache2.conf", "-DFOREGROUND"], root, [80, 443])


def open_to_all(run: pathlib.Path) -> None:
    """The servers drop to www-data, which must be able to reach what they serve."""
    subprocess.run(["chmod", "-R", "a+rX", run], check=True)
    for name in ("lib", "log"):
        if (run / name).exists():
            subprocess.run(["chown", "-R", "www-data", run / name], check=True)
