"""Runs one test of Eclipse Paho's interoperability suite, which is not part of this project.

Arguments: the folder `interoperability` of paho.mqtt.testing, then a port on this machine and the name of a test; without
them it prints the names. Prints a line of JSON.
"""

import contextlib
import io
import json
import os
import sys
import unittest

folder = sys.argv[1]
os.chdir(folder)
sys.path.insert(0, folder)
import client_test as suite  # noqa: E402

if len(sys.argv) == 2:
    # The suite has the last one, but its loader passes it over.
    print(json.dumps([*unittest.defaultTestLoader.getTestCaseNames(suite.Test), "will_message_test"]))
    sys.exit()

port, name = int(sys.argv[2]), sys.argv[3]
# What the suite sets when it is run as a program.
suite.host, suite.port = "127.0.0.1", port
suite.topics = ("TopicA", "TopicA/B", "Topic/C", "TopicA/C", "/TopicA")
suite.wildtopics = ("TopicA/+", "+/C", "#", "/#", "/+", "+/+", "TopicA/#")
suite.nosubscribe_topics = ("test/nosubscribe",)

said = io.StringIO()
with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
    result = unittest.TestSuite([suite.Test(name)]).run(unittest.TestResult())
why = [] if result.wasSuccessful() else said.getvalue().strip().splitlines()[-1:]
print(json.dumps({"name": name, "passed": result.wasSuccessful(), "why": "".join(why)}))
