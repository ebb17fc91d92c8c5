"""Runs every model of ../models that reads rows and compares what it says with NAME.json.

    pip install -r requirements.txt && python check.py

Prints a line per model; the exit code is 1 where one differs by more than 1e-5, 2 where there is no ONNX Runtime.
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

TYPES = {"float": np.float32, "int64": np.int64, "bool": np.bool_}
MODELS = pathlib.Path(__file__).parent.parent / "models"


def tensor(value):
    return np.array(value["data"], TYPES[value["type"]]).reshape(value["dims"])


def difference(expected, found):
    if list(found.shape) != expected["dims"]:
        return float("inf")
    # What stands in the padding may be anything.
    pairs = ((e, f) for e, f in zip(expected["data"], found.ravel()) if e is not None)
    return max((abs(float(e) - float(f)) for e, f in pairs), default=0.0)


worst = 0.0
for file in sorted(MODELS.glob("*.json")):
    expected = json.loads(file.read_text())
    if "cases" not in expected:
        continue
    session = ort.InferenceSession(str(file.with_suffix(".onnx")), providers=["CPUExecutionProvider"])
    line = f"python {ort.__version__}   {file.stem:12}"
    for case in expected["cases"]:
        names = list(case["outputs"])
        found = session.run(names, {name: tensor(value) for name, value in case["inputs"].items()})
        largest = max(difference(case["outputs"][name], value) for name, value in zip(names, found))
        line += f"{case['name']} {largest:.1e}   "
        worst = max(worst, largest)
    print(line.rstrip())
sys.exit(0 if worst <= 1e-5 else 1)
