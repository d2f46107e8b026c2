#!/bin/sh
# Programs of Debian that some tests need. As root the missing ones are installed; otherwise the tests that need them
# are skipped, and this says which.
set -u

# command, package, what is tested with it
needs() {
  cat <<'LIST'
rotctld libhamlib-utils the rotator driver against Hamlib
socat socat the serial drivers over a pseudo terminal
chromium chromium the dashboard in a browser
mosquitto_pub mosquitto-clients the broker against another client
mosquitto mosquitto the agent against another broker
zbarimg zbar-tools the pictures of enrollment links
curl curl the installer of the agent
redis-server redis-server several cores behind one address
LIST
}

missing() {
  needs | while read -r command package purpose; do
    command -v "$command" >/dev/null 2>&1 || echo "$package: $purpose"
  done
  /usr/bin/python3 -c 'import paho.mqtt' 2>/dev/null ||
    echo "python3-paho-mqtt: the broker against a client in another language"
  /usr/bin/python3 -c 'import ephem' 2>/dev/null || echo "python3-ephem: passes against PyEphem (bench)"
  /usr/bin/python3 -c 'import skyfield' 2>/dev/null || echo "python3-skyfield: passes against Skyfield"
  # Without any font a browser has no text to look at.
  [ -d /usr/share/fonts/truetype ] || echo "fonts-dejavu-core: the dashboard in a browser"
}

PATH="$PATH:/usr/sbin:/sbin"
lacking=$(missing)
[ -z "$lacking" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  packages=$(echo "$lacking" | cut -d: -f1)
  echo "Installing for the tests:" $packages
  # The packages of servers would start them: Debian asks this script first.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null || true
  # One by one: a package that this machine cannot have must not keep out the others.
  for package in $packages; do
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null || true
  done
  lacking=$(missing)
fi

if [ -n "$lacking" ]; then
  echo "Not installed, so these tests are skipped (sudo apt-get install PACKAGE):"
  echo "$lacking" | sed 's/^/  /'
fi
exit 0
