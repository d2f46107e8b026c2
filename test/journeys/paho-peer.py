"""A client of the bus in another language, over TCP, TLS or WebSocket.

Reads one line of JSON (where, who, what to ask for, what to say), prints one line of JSON for everything that happens, and
accepts every command that it hears.
"""

import base64
import datetime
import json
import sys

import paho.mqtt.client as paho

given = json.loads(sys.stdin.readline())


def say(**event):
    print(json.dumps(event), flush=True)


def publish_all(client):
    for topic, payload, qos, retain in given["publish"]:
        client.publish(topic, payload, qos=qos, retain=retain)


def on_connect(client, _userdata, _flags, code):
    say(connack=code)
    if code != 0:
        client.disconnect()
    elif given["subscribe"]:
        client.subscribe([(topic, qos) for topic, qos in given["subscribe"]])
    else:
        publish_all(client)


def on_subscribe(client, _userdata, _mid, granted):
    say(granted=list(granted))
    publish_all(client)


def on_publish(_client, _userdata, mid):
    say(published=mid)


def on_message(client, _userdata, message):
    say(topic=message.topic, payload=message.payload.decode(), retained=bool(message.retain))
    if "/cmd/" in message.topic:
        accept(client, message)


def accept(client, command):
    payload = command.payload.split(b".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    now = datetime.datetime.utcnow().isoformat(timespec="milliseconds") + "Z"
    ack = {"ts": now, "jti": claims["jti"], "op": claims["op"], "result": "accepted", "code": None}
    base = command.topic.split("/cmd/")[0]
    client.publish(f"{base}/ack/{claims['jti']}", json.dumps(ack), qos=1)


def on_disconnect(client, _userdata, code):
    say(disconnected=code)
    client.disconnect()


client = paho.Client(client_id=given["clientId"], protocol=paho.MQTTv311, transport=given["transport"])
client.username_pw_set(given["username"], given["password"])
if given["ca"] is not None:
    client.tls_set(ca_certs=given["ca"])
if given["transport"] == "websockets":
    # By itself paho names an Origin, as if it were a page.
    extra = given["headers"]
    client.ws_set_options(
        path="/mqtt",
        headers=lambda own: {**{k: v for k, v in own.items() if k != "Origin"}, **extra} if extra is not None else own,
    )
client.on_connect = on_connect
client.on_subscribe = on_subscribe
client.on_publish = on_publish
client.on_message = on_message
client.on_disconnect = on_disconnect
try:
    client.connect("127.0.0.1", given["port"], keepalive=30)
    client.loop_forever(retry_first_connection=False)
except Exception as error:
    say(failed=f"{type(error).__name__}: {error}")
