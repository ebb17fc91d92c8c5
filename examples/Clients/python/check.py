"""Runs every model of a folder that reads rows and compares what it says with NAME.json.

    pip install -r requirements.txt && python check.py [FOLDER]

Prints a line per case: model, case and difference with tabs between. The exit code is 1 where one is above 1e-5, 2 where there is no ONNX
Runtime.
"""
import json
import pathlib
import sys

try:
    import numpy as np
    import onnxruntime as ort
except ImportError as error:
    print(f"There is no ONNX Runtime for Python here: {error}")
    sys.exit(2)

TYPES = {"float": np.float32, "int64": np.int64, "bool": np.bool_, "string": object}
models = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent / "models"


def tensor(value):
    return np.array(value["data"], TYPES[value["type"]]).reshape(value["dims"])


def difference(expected, found):
    if list(found.shape) != expected["dims"]:
        return float("inf")
    # What is null, in the padding, may be anything.
    pairs = [(e, f) for e, f in zip(expected["data"], found.ravel()) if e is not None]
    if expected["type"] == "string":
        return 0.0 if all(e == f for e, f in pairs) else float("inf")
    return max((abs(float(TYPES[expected["type"]](e)) - float(f)) for e, f in pairs), default=0.0)


def refuses(session, inputs):
    try:
        session.run(None, inputs)
    except Exception:  # each version of ONNX Runtime has types of its own
        return True
    return False


worst = 0.0
for model in json.loads((models / "models.json").read_text()):
    expected = json.loads((models / f"{model['name']}.json").read_text())
    if "cases" not in expected:
        continue  # written token by token: node has the loop around the decoder
    session = ort.InferenceSession(str(models / f"{model['name']}.onnx"), providers=["CPUExecutionProvider"])
    for case in expected["cases"]:
        names = list(case["outputs"])
        inputs = {name: tensor(value) for name, value in case["inputs"].items()}
        if names:
            found = session.run(names, inputs)
            largest = max(difference(case["outputs"][name], value) for name, value in zip(names, found))
        else:  # it must be refused
            largest = 0.0 if refuses(session, inputs) else float("inf")
        print(f"{model['name']}\t{case['name']}\t{largest}")
        worst = max(worst, largest)
sys.exit(0 if worst <= 1e-5 else 1)
