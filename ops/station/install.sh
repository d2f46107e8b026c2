#!/bin/sh
# Installs the Talos agent on Debian and Raspberry Pi OS, or upgrades it. Core serves this file with its own address filled in.
#
#   curl -fsSL https://talos.example.org/agent/install.sh | sudo sh -s -- 'https://talos.example.org/enroll#gse_...'
#
# Again, without a link: the upgrade. The configuration and the identity stay as they are.
set -eu

ORIGIN='@ORIGIN@'
VERSION='@VERSION@'
SHA256='@SHA256@'

# A root shell made by su has them not.
PATH=$PATH:/usr/sbin:/sbin
USER_NAME=talos-agent
SERVICE=talos-agent.service
MIN_NODE=20.19.0
# Less memory, on machines that have little: young garbage goes every MiB and not every 16, one thread beside the first.
NODE_FLAGS='--max-semi-space-size=1 --v8-pool-size=1'

usage() {
  cat <<EOF
sh -s -- [options] ['<enrollment link>']

  --rotctld HOST:PORT  where rotctld listens (127.0.0.1:4533), for a new configuration
  --simulated          a rotator that does not exist, to try things out, for a new configuration
  --ca FILE            certificate authority of core, where the system does not know it
  --foreground         no service: run here, until Ctrl-C
  --uninstall          remove the agent; configuration and identity stay
  --purge              with --uninstall: remove them, too
  --help

TALOS_PREFIX=DIR  everything below DIR, as whoever runs this: no root, no user, no service
TALOS_NODE=FILE   the Node.js to run on
EOF
}

say() { printf '%s\n' "$*"; }
die() {
  printf 'talos-agent: %s\n' "$*" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# A folder of one's own needs none of what changes the system.
is_private() { [ -n "${TALOS_PREFIX:-}" ]; }

# As the agent's user. What it is told comes by a pipe: arguments stand in the list of processes.
as_agent() {
  if is_private; then "$@"; else runuser -u "$USER_NAME" -- "$@"; fi
}

read_arguments() {
  LINK='' CA='' MODE=install PURGE=no FOREGROUND=no
  ROTATOR='' ROTCTLD=''
  while [ $# -gt 0 ]; do
    case $1 in
      --rotctld | --ca) [ $# -gt 1 ] || die "$1 needs a value. --help shows how" ;;
    esac
    case $1 in
      --rotctld) ROTATOR=rotctld ROTCTLD=$2 && shift ;;
      --simulated) ROTATOR=simulated ;;
      --ca) CA=$2 && shift ;;
      --foreground) FOREGROUND=yes ;;
      --uninstall) MODE=uninstall ;;
      --purge) PURGE=yes ;;
      --help) usage && exit 0 ;;
      -*) die "unknown option $1. --help shows how" ;;
      *) [ -z "$LINK" ] && LINK=$1 || die "one link is enough; put it in quotes" ;;
    esac
    shift
  done
  case $LINK in
    '' | "$ORIGIN"/*) ;;
    *) die "this installer is from $ORIGIN, and the link is for another place. Take both from the same page." ;;
  esac
}

set_places() {
  ROOT=''
  if is_private; then
    case $TALOS_PREFIX in *"'"*) die "TALOS_PREFIX must not contain a quote" ;; esac
    mkdir -p "$TALOS_PREFIX"
    ROOT=$(cd "$TALOS_PREFIX" && pwd)
  fi
  OPT=$ROOT/opt/talos-agent
  ETC=$ROOT/etc/talos-agent
  DATA=$ROOT/var/lib/talos-agent
  BIN=$ROOT/usr/local/bin/talos
  UNIT=$ROOT/etc/systemd/system/$SERVICE
}

check_machine() {
  [ "$(uname -s)" = Linux ] || die "this is $(uname -s); the agent is installed on Linux"
  case $(uname -m) in
    x86_64 | aarch64 | armv7l) ;;
    *) die "this machine is $(uname -m); the agent runs on x86_64, aarch64 and armv7l" ;;
  esac
  if ! is_private; then
    [ "$(id -u)" = 0 ] || die "needs root, to make a user and a service. Put sudo before sh."
    [ "$FOREGROUND" = yes ] || [ -d /run/systemd/system ] ||
      die "systemd does not run here. --foreground runs the agent without a service."
  fi
  for tool in curl tar sha256sum flock; do has "$tool" || die "needs $tool. Install it: apt-get install $tool"; done
}

# One installer at a time.
take_lock() {
  mkdir -p "$OPT"
  exec 9>"$OPT/.lock"
  flock -n 9 || die "another installer is at work in $OPT"
}

is_new_enough() {
  [ -n "$1" ] && [ -x "$1" ] && "$1" -e '
    const [have, want] = [process.versions.node, process.argv[1]].map((v) => v.split(".").map(Number));
    const at = have.findIndex((part, i) => part !== want[i]);
    process.exit(at === -1 || have[at] > want[at] ? 0 : 1)' "$MIN_NODE" 2>/dev/null
}

find_node() {
  for NODE in "${TALOS_NODE:-}" "$OPT/node/bin/node" "$(command -v node || true)"; do
    is_new_enough "$NODE" && return
  done
  NODE=''
}

# From the distribution or not at all: no third party gets to run code here.
install_node() {
  find_node
  [ -z "$NODE" ] || return 0
  if ! is_private && has apt-get; then
    apt-get update -qq
    candidate=$(apt-cache policy nodejs | sed -n 's/^ *Candidate: *\([0-9].*\)/\1/p')
    if dpkg --compare-versions "${candidate:-0}" ge "$MIN_NODE"; then
      say "Installing Node.js $candidate from this distribution"
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs </dev/null >&2
      find_node
      [ -z "$NODE" ] || return 0
    fi
  fi
  die "needs Node.js $MIN_NODE or later, and neither this machine nor its distribution has one (Debian 13 has, Debian 12
has not). Upgrade, or unpack one from https://nodejs.org/dist into $OPT/node, and run this again:
  mkdir -p $OPT/node
  curl -fsSL https://nodejs.org/dist/v22.12.0/node-v22.12.0-linux-$(node_arch).tar.gz | tar -xz -C $OPT/node --strip-components=1"
}

node_arch() {
  case $(uname -m) in
    x86_64) say x64 ;;
    aarch64) say arm64 ;;
    *) say armv7l ;;
  esac
}

fetch() {
  case $ORIGIN in
    https:*) set -- "$@" --proto =https --tlsv1.2 ;;
    # For trying out on one machine; core gives no other address without TLS.
    *) set -- "$@" --proto =http ;;
  esac
  [ -z "$CA" ] || set -- "$@" --cacert "$CA"
  from=$1 to=$2
  shift 2
  curl -fsS --retry 3 --connect-timeout 15 --max-time 300 "$@" -o "$to" "$ORIGIN$from" ||
    die "could not fetch $ORIGIN$from"
}

# Each release in a folder of its own; what runs is named by a link that is replaced in one step.
install_release() {
  RELEASE=$OPT/$VERSION-$(printf %.12s "$SHA256")
  former=$(readlink "$OPT/current" || true)
  if [ ! -d "$RELEASE" ]; then
    new=$OPT/.new.$$
    rm -rf "$OPT"/.new.*
    mkdir -p "$new"
    fetch /agent/talos-agent.tgz "$new/talos-agent.tgz"
    have=$(sha256sum "$new/talos-agent.tgz" | cut -d' ' -f1)
    if [ "$have" != "$SHA256" ]; then
      rm -rf "$new"
      die "the checksum of what $ORIGIN sent is $have, and not $SHA256. Run the whole line again."
    fi
    tar -xzf "$new/talos-agent.tgz" -C "$new" --no-same-owner
    mv "$new/talos-agent" "$RELEASE"
    rm -rf "$new"
  fi
  say "Talos agent $VERSION"
  say "SHA-256 $SHA256 (it must be the one beside the QR code)"
  ln -sfn "$RELEASE" "$OPT/.current"
  mv -fT "$OPT/.current" "$OPT/current"
  write_command
  for old in "$OPT"/[0-9]*; do
    [ "$old" = "$RELEASE" ] || [ "$old" = "$former" ] || rm -rf "$old"
  done
}

# `talos` for the service and for people: the same Node.js, configuration and user for both.
write_command() {
  cat >"$OPT/.talos" <<EOF
#!/bin/sh
# Written by the installer of the Talos agent.
TALOS_AGENT_CONFIG=\${TALOS_AGENT_CONFIG:-'$ETC/agent.json'}
export TALOS_AGENT_CONFIG
[ ! -f '$ETC/ca.pem' ] || export NODE_EXTRA_CA_CERTS='$ETC/ca.pem'
if [ "\$(id -u)" = 0 ] && [ -z '$ROOT' ]; then
  PATH=\$PATH:/usr/sbin:/sbin
  exec runuser -u $USER_NAME -- '$NODE' $NODE_FLAGS '$OPT/current/bin/talos.mjs' "\$@"
fi
exec '$NODE' $NODE_FLAGS '$OPT/current/bin/talos.mjs' "\$@"
EOF
  chmod 755 "$OPT/.talos"
  mv -f "$OPT/.talos" "$OPT/talos"
  if [ -e "$BIN" ] && [ "$(readlink "$BIN" || true)" != "$OPT/talos" ]; then
    say "$BIN is another program and stays. The agent's is $OPT/talos"
  else
    mkdir -p "${BIN%/*}"
    ln -sfn "$OPT/talos" "$BIN"
  fi
}

make_user() {
  is_private && return
  getent passwd "$USER_NAME" >/dev/null ||
    useradd --system --user-group --home-dir "$DATA" --no-create-home --shell /usr/sbin/nologin "$USER_NAME"
  # Serial lines.
  ! getent group dialout >/dev/null || usermod -a -G dialout "$USER_NAME"
}

make_folders() {
  mkdir -p "$ETC" "$DATA"
  chmod 700 "$DATA"
  chmod 750 "$ETC"
  is_private && return
  chown "$USER_NAME:$USER_NAME" "$DATA"
  chown "root:$USER_NAME" "$ETC"
}

configure() {
  [ -z "$CA" ] || install -m 644 "$CA" "$ETC/ca.pem"
  if [ -e "$ETC/agent.json" ]; then
    [ -z "$ROTATOR" ] || say "$ETC/agent.json is there and stays as it is, its rotator too"
    return
  fi
  set -- agent init --config "$ETC/agent.json" --data-dir "$DATA"
  case $ROTATOR in
    rotctld) set -- "$@" --rotctld "$ROTCTLD" ;;
    simulated) set -- "$@" --simulated ;;
  esac
  "$NODE" "$OPT/current/bin/talos.mjs" "$@" >/dev/null
  chmod 640 "$ETC/agent.json"
  is_private || chown "root:$USER_NAME" "$ETC/agent.json"
  say "The configuration is $ETC/agent.json. Describe your own mount and rotator in it, and start the agent again."
}

is_enrolled() { [ -s "$DATA/credential.json" ]; }
is_waiting() { [ -s "$DATA/enrollment.json" ] && grep -q '"pollSecret"' "$DATA/enrollment.json"; }

join() {
  if is_enrolled; then
    [ -z "$LINK" ] || say "This machine is a station already and stays the same one; the link is not used."
    return 0
  fi
  if [ -z "$LINK" ]; then
    ! is_waiting || return 0
    ask_for_link
  fi
  # Standard input, since arguments can be read by everybody on this machine.
  told=$(printf '%s\n' "$LINK" | as_agent "$OPT/talos" agent enroll - --no-wait) ||
    die "the agent is installed, but has not joined. Ask for a new link, and run this line with it."
  # E16: what whoever approves compares.
  printf '%s\n' "$told" | grep '^Fingerprint: ' || true
  LINK=''
}

ask_for_link() {
  { [ -t 1 ] && [ -r /dev/tty ]; } || die "the agent is installed, but has not joined. Give it the link: sh -s -- '<link>'"
  printf 'The link to join with: ' >/dev/tty
  IFS= read -r LINK </dev/tty
}

start_service() {
  install -m 644 "$RELEASE/talos-agent.service" "$UNIT"
  systemctl daemon-reload
  systemctl enable -q "$SERVICE"
  systemctl restart "$SERVICE"
  "$OPT/talos" agent status --wait 45 ||
    die "the agent runs, but is not connected yet; it goes on trying. See: journalctl -u $SERVICE"
  say "It starts with this machine. See also: sudo talos agent status; journalctl -u $SERVICE"
}

uninstall() {
  if ! is_private && [ -e "$UNIT" ]; then
    systemctl disable --now "$SERVICE"
    rm -f "$UNIT"
    systemctl daemon-reload
  fi
  [ "$(readlink "$BIN" || true)" != "$OPT/talos" ] || rm -f "$BIN"
  rm -rf "$OPT"
  if [ "$PURGE" = yes ]; then
    rm -rf "$ETC" "$DATA"
    is_private || ! getent passwd "$USER_NAME" >/dev/null || userdel "$USER_NAME"
    say "The agent is gone, with its configuration and its identity."
  else
    say "The agent is gone. $ETC and $DATA are left; --uninstall --purge removes them, too."
  fi
  say "The fleet still knows the station: revoke it on the dashboard."
}

# Everything in functions, and the call on the last line: half a script does nothing.
main() {
  umask 022
  read_arguments "$@"
  set_places
  check_machine
  take_lock
  if [ "$MODE" = uninstall ]; then
    uninstall
    return
  fi
  install_node
  install_release
  make_user
  make_folders
  configure
  join
  exec 9>&-
  if [ "$FOREGROUND" = yes ]; then
    say "The agent runs until Ctrl-C."
    is_private || exec runuser -u "$USER_NAME" -- "$OPT/talos" agent run </dev/null
    exec "$OPT/talos" agent run </dev/null
  fi
  if is_private; then say "Start it: $BIN agent run"; else start_service; fi
}

main "$@"
