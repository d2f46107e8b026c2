"""A station's side of the bus in another language: hears commands and accepts them.

Reads one line of JSON (port, org, station, key) and prints one line of JSON for everything that happens.
"""

import base64
import datetime
import json
import sys

import paho.mqtt.client as paho

given = json.loads(sys.stdin.readline())
base = f"talos/{given['org']}/gs/{given['station']}"


def say(**event):
    print(json.dumps(event), flush=True)


def now():
    return datetime.datetime.utcnow().isoformat(timespec="milliseconds") + "Z"


def on_connect(client, _userdata, _flags, code):
    say(connack=code)
    if code == 0:
        client.subscribe([(f"{base}/cmd/#", 0), (f"{base}/plan/#", 1), ("talos/system/refresh", 1)])


def on_subscribe(_client, _userdata, _mid, granted):
    say(granted=list(granted))


def on_message(client, _userdata, message):
    say(topic=message.topic, retained=bool(message.retain))
    if "/cmd/" not in message.topic:
        return
    payload = message.payload.split(b".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    ack = {"ts": now(), "jti": claims["jti"], "op": claims["op"], "result": "accepted", "code": None}
    client.publish(f"{base}/ack/{claims['jti']}", json.dumps(ack), qos=1)


def on_disconnect(client, _userdata, code):
    say(disconnected=code)
    client.disconnect()


client = paho.Client(client_id=given["station"], protocol=paho.MQTTv311)
client.username_pw_set(given["station"], given["key"])
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_message = on_message
client.on_disconnect = on_disconnect
client.connect("127.0.0.1", given["port"], keepalive=30)
client.loop_forever(retry_first_connection=False)
