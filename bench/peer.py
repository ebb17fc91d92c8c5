"""PyTorch doing the benchmark's work.

peer.py                        prints PyTorch's version, then the names of the cases
peer.py CASE THREADS REPEAT    prints {"Median": ms, "Minimum": ms}
A training case is a whole step: forward, loss, backward, Adam.
"""
import json
import statistics
import sys
import time

import torch
from torch import nn


class Classifier(nn.Module):
    """The last step's state of a recurrent layer, and an affine map to two classes."""

    def __init__(self, layer, features, hidden):
        super().__init__()
        self.recurrent = layer(features, hidden, batch_first=True)
        self.output = nn.Linear(hidden, 2)

    def forward(self, x):
        states, _ = self.recurrent(x)
        return self.output(states[:, -1])


def recurrent(layer, batch, steps, features, hidden, train):
    model = Classifier(layer, features, hidden)
    x, y = torch.randn(batch, steps, features), torch.randint(2, (batch,))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            model(x)

    return step if train else infer


CASES = {
    "lstm_train": lambda: recurrent(nn.LSTM, 64, 100, 64, 128, True),
    "lstm_infer": lambda: recurrent(nn.LSTM, 64, 100, 64, 128, False),
    "lstm_small_train": lambda: recurrent(nn.LSTM, 32, 50, 16, 32, True),
    "gru_train": lambda: recurrent(nn.GRU, 64, 100, 64, 128, True),
    "rnn_train": lambda: recurrent(nn.RNN, 64, 100, 64, 128, True),
}


def measure(name, threads, repeat):
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    work = CASES[name]()
    for _ in range(5):
        work()
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return {"Median": statistics.median(times), "Minimum": min(times)}


if len(sys.argv) == 1:
    print(torch.__version__)
    print(" ".join(CASES))
else:
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
