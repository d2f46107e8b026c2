"""The passes of satellites over stations by pyephem or Skyfield; prints JSON.

peers.py probe                                   which of them are here
peers.py ephem|skyfield TLE STATIONS EVERY EL    one day from 2026-05-08, CPU seconds
peers.py rises TLE STATIONS EVERY EL             what Skyfield calls a rise: [satellite, station, ms, degrees]
peers.py altitudes TLE STATIONS                  stdin: [[satellite, station, epoch ms], ...]; how high Skyfield sees them
"""
import json
import math
import sys
import time

DAY = (2026, 5, 8)


def sets(name, every=1):
    lines = [line.rstrip() for line in open(name)]
    found = [
        (lines[i - 1], line, lines[i + 1])
        for i, line in enumerate(lines)
        if line.startswith("1 ")
    ]
    return found[::every]


def by_ephem(satellites, stations, elevation):
    import ephem

    begin = ephem.Date("%d/%d/%d" % DAY)
    lowest = math.radians(elevation)
    passes = lost = 0
    for lines in satellites:
        body = ephem.readtle(*lines)
        for station in stations:
            observer = ephem.Observer()
            observer.lat, observer.lon = str(station["lat"]), str(station["lon"])
            observer.elevation = station["alt"]
            observer.horizon = str(elevation)
            observer.pressure = 0
            observer.date = begin
            while True:
                try:
                    rise, _, _, top, fall, _ = observer.next_pass(body)
                except ValueError:
                    lost += 1
                    break
                if rise is None or fall is None or rise > begin + 1:
                    break
                # One that culminates below the horizon is told too, by its times above 0 degrees.
                passes += float(top) >= lowest
                observer.date = fall + ephem.minute
    return {"passes": passes, "lost": lost}


def timescale():
    from skyfield.api import load

    # UT1 is UTC, as everybody else here has it: 32.184 s and 37 leap seconds.
    return load.timescale(delta_t=69.184)


def by_skyfield(satellites, stations, elevation):
    from skyfield.api import EarthSatellite, wgs84

    scale = timescale()
    begin, end = scale.utc(*DAY), scale.utc(DAY[0], DAY[1], DAY[2] + 1)
    places = [wgs84.latlon(s["lat"], s["lon"], s["alt"]) for s in stations]
    passes = 0
    for name, line1, line2 in satellites:
        satellite = EarthSatellite(line1, line2, name, scale)
        for place in places:
            _, events = satellite.find_events(place, begin, end, altitude_degrees=elevation)
            passes += int((events == 0).sum())
    return {"passes": passes}


def altitudes(satellites, stations, moments):
    from skyfield.api import EarthSatellite, wgs84

    scale = timescale()
    places = [wgs84.latlon(s["lat"], s["lon"], s["alt"]) for s in stations]
    seen = []
    for satellite, station, ms in moments:
        name, line1, line2 = satellites[satellite]
        at = scale.utc(DAY[0], DAY[1], DAY[2], 0, 0, ms / 1000)
        body = EarthSatellite(line1, line2, name, scale)
        seen.append((body - places[station]).at(at).altaz()[0].degrees)
    return seen


def rises(satellites, stations, elevation):
    """What find_events() calls a rise, and how high altaz() sees the satellite then."""
    from skyfield.api import EarthSatellite, wgs84

    scale = timescale()
    begin, end = scale.utc(*DAY), scale.utc(DAY[0], DAY[1], DAY[2] + 1)
    places = [wgs84.latlon(s["lat"], s["lon"], s["alt"]) for s in stations]
    found = []
    for index, (name, line1, line2) in enumerate(satellites):
        satellite = EarthSatellite(line1, line2, name, scale)
        for station, place in enumerate(places):
            times, events = satellite.find_events(place, begin, end, altitude_degrees=elevation)
            for at, event in zip(times, events):
                if event != 0:
                    continue
                high = (satellite - place).at(at).altaz()[0].degrees
                found.append([index, station, (at.tt - begin.tt) * 86400000, high])
    return found


def probe():
    here = []
    for name in ("ephem", "skyfield"):
        try:
            __import__(name)
            here.append(name)
        except ImportError:
            pass
    fast = None
    if "skyfield" in here:
        from sgp4 import api

        fast = api.accelerated
    return {"here": here, "acceleratedSgp4": fast}


def main():
    what = sys.argv[1]
    if what == "probe":
        return probe()
    stations = json.load(open(sys.argv[3]))
    if what == "altitudes":
        return altitudes(sets(sys.argv[2]), stations, json.load(sys.stdin))
    satellites = sets(sys.argv[2], int(sys.argv[4]))
    if what == "rises":
        return rises(satellites, stations, float(sys.argv[5]))
    way = {"ephem": by_ephem, "skyfield": by_skyfield}[what]
    begin = time.process_time()
    found = way(satellites, stations, float(sys.argv[5]))
    seconds = time.process_time() - begin
    return {"pairs": len(satellites) * len(stations), "seconds": seconds, **found}


print(json.dumps(main()))
