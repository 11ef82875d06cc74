"""servers.py: the lab's servers, started in their own root and in the servers' namespace.

Each daemon is a function that writes its configuration and returns the command. nginx has a listen
per address and port; the others listen everywhere, and nftables decides where they exist. Limits
that guard a server against one busy client (we are all clients at once) are lifted.
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import kinds
import network
import plan as planning

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = "/mnt/root"     # the overlay
LAB = "/mnt/lab"       # inside the root as /lab: keys, configuration, logs
READY_S = 90

NGINX = """
user www-data;
worker_processes 2;
worker_rlimit_nofile 65536;
daemon off;
pid /run/nginx.pid;
error_log /lab/log/nginx.error crit;
events { worker_connections 8192; multi_accept on; }
http {
	access_log off;
	server_names_hash_bucket_size 128;
	server_names_hash_max_size 65536;
	lingering_close off;
	keepalive_timeout 5;
%s
}
"""

# No MinProtocol and no security level: some of these servers are meant to be bad.
OPENSSL_CNF = "openssl_conf = empty\n[empty]\n"


def bracketed(ip):
    return f"[{ip}]" if network.is6(ip) else ip


def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)


def inside_root(path):
    """A path below LAB, as the servers see it."""
    return path.replace(LAB, "/lab", 1)


def certificates(endpoint):
    return "".join(f"ssl_certificate {inside_root(c.bundle)}; "
                   f"ssl_certificate_key {inside_root(c.key)}; " for c in endpoint.chains)


def nginx_server(endpoint):
    listen = f"listen {bracketed(endpoint.ip)}:{endpoint.port} ssl"
    if not endpoint.chains:
        return f"\tserver {{ {listen} default_server; ssl_reject_handshake on; }}"
    kind = kinds.BY_NAME.get(endpoint.kind, kinds.Kind(endpoint.kind))
    name = f"server_name {endpoint.sni};" if endpoint.sni else ""
    return (f"\tserver {{ {listen}; {name} {certificates(endpoint)}{kind.server} "
            'return 200 "the lab"; }')


def nginx(endpoints):
    write(f"{LAB}/openssl.cnf", OPENSSL_CNF)
    write(f"{LAB}/nginx.conf", NGINX % "\n".join(nginx_server(e) for e in endpoints))
    return ["env", "OPENSSL_CONF=/lab/openssl.cnf", "nginx", "-c", "/lab/nginx.conf"]


def own_copy(chain, name, owner):
    """Key and chain as files that only the daemon's user may read, as it insists."""
    import pwd  # pylint: disable=import-outside-toplevel
    paths = []
    for source, suffix in ((chain.bundle, "crt"), (chain.key, "key")):
        path = f"{LAB}/{name}.{suffix}"
        shutil.copy(source, path)
        if owner != "root":
            with open(f"{ROOT}/etc/passwd", encoding="utf-8") as users:
                fields = next(l.split(":") for l in users if l.startswith(owner + ":"))
            os.chown(path, int(fields[2]), int(fields[3]))
        os.chmod(path, 0o600)
        paths.append(inside_root(path))
    return paths


def postfix(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "postfix", "root")
    settings = [
        "inet_interfaces=all", "inet_protocols=all", "maillog_file=/var/log/postfix.log",
        "myhostname=postfix.lab.test", "mydestination=", "smtpd_peername_lookup=no",
        "smtpd_tls_security_level=may", f"smtpd_tls_cert_file={crt}", f"smtpd_tls_key_file={key}",
        "smtpd_client_connection_count_limit=0", "smtpd_client_connection_rate_limit=0",
        "smtpd_client_new_tls_session_rate_limit=0", "smtpd_error_sleep_time=0",
        "default_process_limit=300", "compatibility_level=3.6"]
    services = ["submission/inet=submission inet n - y - - smtpd",
                "2526/inet=2526 inet n - y - - smtpd",
                "465/inet=465 inet n - y - - smtpd -o smtpd_tls_wrappermode=yes"]
    script = ["postconf", "-e", *settings]
    subprocess.run(["chroot", ROOT, *script], check=True, timeout=60)
    subprocess.run(["chroot", ROOT, "postconf", "-M", *services], check=True, timeout=60)
    return ["sh", "-c", "postfix check; exec /usr/sbin/postfix start-fg"]


DOVECOT = """
protocols = imap pop3
listen = *, ::
ssl = yes
ssl_cert = <%s
ssl_key = <%s
log_path = /var/log/dovecot.log
default_client_limit = 8192
default_process_limit = 300
mail_max_userip_connections = 0
service imap-login {
	service_count = 0
	inet_listener imap {
		port = 143
	}
	inet_listener imaps {
		port = 993
		ssl = yes
	}
	inet_listener unusual {
		port = 1143
	}
}
service pop3-login {
	service_count = 0
	inet_listener pop3 {
		port = 110
	}
	inet_listener pop3s {
		port = 995
		ssl = yes
	}
}
service anvil {
	client_limit = 8192
}
passdb {
	driver = static
	args = nopassword=y
}
userdb {
	driver = static
	args = uid=1 gid=1 home=/tmp
}
"""


def dovecot(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "dovecot", "root")
    write(f"{LAB}/dovecot.conf", DOVECOT % (crt, key))
    return ["dovecot", "-F", "-c", "/lab/dovecot.conf"]


def slapd(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "slapd", "openldap")
    write(f"{LAB}/slapd.conf", f"TLSCertificateFile {crt}\nTLSCertificateKeyFile {key}\n"
          "TLSVerifyClient never\nthreads 4\n")
    return ["slapd", "-d", "0", "-u", "openldap", "-g", "openldap", "-f", "/lab/slapd.conf",
            "-h", "ldap:/// ldaps:/// ldap://:10389/"]


def postgresql(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "postgresql", "postgres")
    options = ["listen_addresses=*", "max_connections=300", "ssl=on", f"ssl_cert_file={crt}",
               f"ssl_key_file={key}", "fsync=off", "authentication_timeout=30s"]
    flags = " ".join(f"-c {option}" for option in options)
    return ["sh", "-c", "mkdir -p /run/postgresql && chown postgres /run/postgresql && "
            "exec setpriv --reuid postgres --regid postgres --init-groups "
            "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main "
            f"-c config_file=/etc/postgresql/15/main/postgresql.conf {flags}"]


def mariadb(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "mariadb", "mysql")
    # Each of our hellos is a "connect error" to it: by default the 100th would block us. Without
    # any account for remote hosts it would not even greet: hence no grant tables.
    return ["sh", "-c", "mkdir -p /run/mysqld && chown mysql /run/mysqld && "
            "exec mariadbd --no-defaults --user=mysql --datadir=/var/lib/mysql --bind-address=* "
            "--socket=/run/mysqld/mysqld.sock --skip-name-resolve --skip-grant-tables "
            "--max-connections=2000 --max-connect-errors=4294967295 "
            f"--ssl-cert={crt} --ssl-key={key}"]


VSFTPD = """
background=NO
listen_ipv6=YES
listen_port=%d
ssl_enable=YES
implicit_ssl=%s
rsa_cert_file=%s
rsa_private_key_file=%s
local_enable=YES
secure_chroot_dir=/run/vsftpd/empty
seccomp_sandbox=NO
isolate=NO
isolate_network=NO
max_clients=2000
max_per_ip=2000
"""


def vsftpd(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "vsftpd", "root")
    for port, implicit in ((21, "NO"), (990, "YES")):
        write(f"{LAB}/vsftpd-{port}.conf", VSFTPD % (port, implicit, crt, key))
    return ["sh", "-c", "mkdir -p /run/vsftpd/empty; vsftpd /lab/vsftpd-990.conf & "
            "exec vsftpd /lab/vsftpd-21.conf"]


def xrdp(endpoints):
    crt, key = own_copy(endpoints[0].chains[0], "xrdp", "root")
    with open(f"{ROOT}/etc/xrdp/xrdp.ini", encoding="utf-8") as ini:
        text = ini.read()
    text = text.replace("\ncertificate=", f"\ncertificate={crt}") \
        .replace("\nkey_file=", f"\nkey_file={key}")
    write(f"{LAB}/xrdp.ini", text)
    return ["xrdp", "--nodaemon", "--config", "/lab/xrdp.ini"]


DAEMONS = (nginx, postfix, dovecot, slapd, postgresql, mariadb, vsftpd, xrdp)


def make_root(base):
    """The overlay and what the daemons expect to be mounted in it."""
    for folder in ("/mnt/upper", "/mnt/work", ROOT, LAB, f"{LAB}/log"):
        os.makedirs(folder, exist_ok=True)
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                    f"lowerdir={base},upperdir=/mnt/upper,workdir=/mnt/work", ROOT], check=True,
                   timeout=60)
    os.makedirs(f"{ROOT}/lab", exist_ok=True)
    for words in (["--bind", LAB, f"{ROOT}/lab"], ["-t", "proc", "proc", f"{ROOT}/proc"],
                  ["--rbind", "/dev", f"{ROOT}/dev"], ["-t", "tmpfs", "tmpfs", f"{ROOT}/run"]):
        subprocess.run(["mount", *words], check=True, timeout=60)
    os.makedirs(f"{ROOT}/run/lock", exist_ok=True)


class Servers:
    """The running daemons. They die with our process namespace at the latest."""

    def __init__(self):
        self.running = {}

    def spawn(self, name, command, in_root=True):
        with open(f"{LAB}/log/{name}", "wb") as log:
            self.running[name] = subprocess.Popen(  # pylint: disable=consider-using-with
                network.inside(*(["chroot", ROOT] if in_root else []), *command),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    def start(self, plan):
        """Everything the plan has, and waits until every endpoint accepts a connection."""
        for daemon in DAEMONS:
            name = daemon.__name__
            mine = [e for e in plan.endpoints if e.service == name]
            if mine:
                self.spawn(name, daemon(mine))
        zone = f"{LAB}/zone.json"
        write(zone, json.dumps({"addresses": plan.addresses, "pointers": plan.pointers}))
        self.spawn("oddities", [sys.executable, "-B", f"{HERE}/oddities.py", zone], in_root=False)
        waiting = sorted({(e.ip, e.port) for e in plan.endpoints})
        end = time.monotonic() + READY_S
        while waiting:
            waiting = [where for where in waiting if not accepts(*where)]
            if waiting and time.monotonic() > end:
                raise RuntimeError(f"not up after {READY_S} s: {waiting[:5]}{self.complaints()}")
            time.sleep(0.2 if waiting else 0)

    def reload(self, plan):
        """nginx with the plan as it has become."""
        nginx([e for e in plan.endpoints if e.service == "nginx"])
        self.running["nginx"].send_signal(signal.SIGHUP)
        time.sleep(2)  # the old workers close their listeners

    def complaints(self):
        """The last lines of every log, for the one who has to find out."""
        text = ""
        for name in self.running:
            with open(f"{LAB}/log/{name}", encoding="utf-8", errors="replace") as log:
                text += "".join(f"\n# {name}: {line.rstrip()}" for line in log.readlines()[-5:])
        return text

    def stop(self):
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
        self.running.clear()


def accepts(ip, port):
    try:
        with socket.create_connection((ip, port), timeout=2):
            return True
    except OSError:
        return False


assert set(planning.MAIL) <= {d.__name__ for d in DAEMONS}
