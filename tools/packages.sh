# packages.sh: sourced by run.sh and test.sh. Plain POSIX sh, for a bare Debian has no more.

# as_root COMMAND...: as it is when we are root, else through sudo.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null 2>&1; then
		sudo "$@"
	else
		echo "certscape: '$*' needs root: run as root or install sudo" >&2
		return 1
	fi
}

# missing_packages LIST...: the packages of the lists that are not installed.
missing_packages() {
	sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$@" | while read -r package; do
		case "$(dpkg-query -W -f '${Status}' "$package" 2>/dev/null)" in
		*' installed') ;;
		*) echo "$package" ;;
		esac
	done
}

# install_packages LIST...: asks nothing, and does not touch apt when nothing is missing.
install_packages() {
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	echo "installing:" $missing >&2
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q update >&2 &&
	# shellcheck disable=SC2086 # a list of words
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y \
	    --no-install-recommends $missing >&2
}

# install_page_tools: node and npm, unless there are some.
install_page_tools() {
	{ command -v node && command -v npm; } >/dev/null || install_packages packaging/apt-page.txt
}

# set_up BUILD OPTION...: a configured build folder; meson itself notices later changes.
set_up() {
	folder=$1
	shift
	[ -f "$folder/build.ninja" ] || /usr/bin/meson setup "$folder" "$@" >&2
}
