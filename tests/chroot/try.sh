#!/bin/sh
# try.sh [FOLDER]: the two commands of the README on a bare Debian 12, as root and then as a user without
# sudo. Run by hand, as root (debootstrap, unshare, chroot); it takes a while, most of it in apt.
# FOLDER keeps the bare Debian (base.tar) for the next time and the tried one (root) to look into; it
# lies outside the tree. Nothing is mounted or running when it ends.
set -eu
tree=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-/var/cache/certscape-chroot}
check_limit_s=180

if [ "${inside:-}" != yes ]; then
	mkdir -p "$folder"
	exec env inside=yes unshare --mount --pid --ipc --uts --fork --kill-child sh "$0" "$folder"
fi

fail() {
	echo "try.sh: $1" >&2
	exit 1
}

# bare COMMAND...: in the chroot, with the environment of nobody in particular: no locale, no terminal.
# A network that signs TLS with an authority of its own is one that npm must be told of.
bare() {
	chroot "$folder/root" /usr/bin/env -i HOME=/root \
	    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
	    ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/site-ca.pem} "$@" </dev/null
}

# in_tree USER COMMAND: a line of shell, in the copy of the tree that belongs to USER.
in_tree() {
	bare setpriv --reuid "$1" --regid "$1" --clear-groups /usr/bin/env HOME="/home/$1" \
	    sh -c "cd /home/$1/certscape && $2"
}

copy_tree() {
	mkdir -p "$folder/root/home/$1/certscape"
	tar -C "$tree" --exclude=./build --exclude='./build-*' --exclude=./.git --exclude=__pycache__ \
	    --exclude=node_modules --exclude=./ui/dist \
	    -cf - . | tar -C "$folder/root/home/$1/certscape" -xf -
	bare chown -R "$1:$1" "/home/$1"
}

if [ ! -f "$folder/base.tar" ]; then
	rm -rf "$folder/base"
	debootstrap --variant=minbase bookworm "$folder/base" >&2
	tar -C "$folder/base" -cf "$folder/base.tar.part" .
	mv "$folder/base.tar.part" "$folder/base.tar"
	rm -rf "$folder/base"
fi
rm -rf "$folder/root"
mkdir "$folder/root"
tar -C "$folder/root" -xf "$folder/base.tar"
mount -t proc proc "$folder/root/proc"
mount --rbind /dev "$folder/root/dev"
cp /etc/resolv.conf "$folder/root/etc/resolv.conf"
[ -z "${NODE_EXTRA_CA_CERTS:-}" ] || cp "$NODE_EXTRA_CA_CERTS" "$folder/root/etc/site-ca.pem"
for tool in git make sudo python3 cc; do
	! bare sh -c "command -v $tool" || fail "$tool on a bare Debian: the base is not bare"
done

echo "== as root: ./run.sh"
copy_tree root
in_tree root ./run.sh >"$folder/run.out" || fail "run.sh ended with status $?"
cat "$folder/run.out"
grep -q '^The inventory:' "$folder/run.out" || fail "run.sh printed no inventory"
if ! grep -q ':[0-9]\{2,5\}\b' "$folder/run.out"; then
	grep -q 'make demo' "$folder/run.out" || fail "no certificate, and no word of 'make demo'"
fi

echo "== as root: ./test.sh --no-lab"
in_tree root './test.sh --no-lab' >"$folder/test.out" || {
	cat "$folder/test.out"
	fail "test.sh failed"
}
tail -n 1 "$folder/test.out"

echo "== as root: ./run.sh TARGET, where there is TLS"
bare sh -c 'cd /tmp && openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -subj /CN=bare.example 2>&1 &&
    exec timeout 120 openssl s_server -accept 127.0.0.2:8443 -key k -cert c -quiet' >/dev/null &
server=$!
sleep 5
in_tree root './run.sh 127.0.0.2' >"$folder/run-tls.out" || fail "run.sh TARGET ended with status $?"
cat "$folder/run-tls.out"
grep -q '127.0.0.2:8443.*bare\.example' "$folder/run-tls.out" || fail "its certificate is not listed"
kill $server 2>/dev/null || true

echo "== as a user without sudo: ./run.sh, make check, make install"
bare apt-get -q install -y --no-install-recommends make >&2
bare useradd --create-home user
copy_tree user
in_tree user './run.sh 127.0.0.3' >"$folder/user.out" || fail "run.sh of a user ended with status $?"
cat "$folder/user.out"
start=$(date +%s)
in_tree user 'make check' >"$folder/check.out" 2>&1 || {
	tail -n 60 "$folder/check.out"
	fail "make check failed"
}
took=$(($(date +%s) - start))
echo "make check: $took s"
[ $took -lt $check_limit_s ] || fail "make check took $took s, more than $check_limit_s"
in_tree user 'make install DESTDIR=/tmp/installed' >&2
for file in bin/certscape share/man/man1/certscape.1; do
	[ -s "$folder/root/tmp/installed/usr/local/$file" ] || fail "make install did not install $file"
done
[ -z "$(bare find /home/user ! -user user)" ] || fail "files that are not the user's in the user's tree"
echo "== all well"
