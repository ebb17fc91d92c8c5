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
    return trained(Classifier(layer, features, hidden), torch.randn(batch, steps, features), torch.randint(2, (batch,)), train)


class Encoder(nn.Module):
    """A Transformer encoder, the mean over its steps, and an affine map to four classes."""

    def __init__(self, width, heads, inner, layers):
        super().__init__()
        self.encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(width, heads, inner, dropout=0.0, batch_first=True), layers)
        self.output = nn.Linear(width, 4)

    def forward(self, x):
        return self.output(self.encoder(x).mean(1))


class NextToken(nn.Module):
    """An LSTM over embedded tokens, and an affine map to the tokens' logits."""

    def __init__(self, vocabulary, width):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.recurrent = nn.LSTM(width, width, batch_first=True)
        self.output = nn.Linear(width, vocabulary)

    def forward(self, x):
        return self.output(self.recurrent(self.embedding(x))[0]).flatten(0, 1)


def trained(model, x, y, train):
    """A training step of a classifier, or its inference without gradients."""
    model.train(train)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    def infer():
        with torch.no_grad():
            model(x)

    return step if train else infer


def transformer(batch, steps, width, heads, inner, layers, train):
    return trained(Encoder(width, heads, inner, layers), torch.randn(batch, steps, width), torch.randint(4, (batch,)), train)


def language_model(batch, steps, vocabulary, width):
    tokens = torch.randint(vocabulary, (2, batch, steps))
    return trained(NextToken(vocabulary, width), tokens[0], tokens[1].flatten(), True)


def random_edges(nodes, edges):
    """Edges at random, then a loop a node: sources and targets."""
    loops = torch.arange(nodes)
    return tuple(torch.cat([torch.randint(nodes, (edges,)), loops]) for _ in range(2))


def adjacency(source, target, weights, nodes):
    return torch.sparse_coo_tensor(torch.stack([target, source]), weights, (nodes, nodes)).coalesce()


class Gcn(nn.Module):
    """Two convolutions over a normalized adjacency matrix, by sparse products."""

    def __init__(self, nodes, edges, features, hidden, classes):
        super().__init__()
        self.first, self.second = nn.Linear(features, hidden), nn.Linear(hidden, classes)
        source, target = random_edges(nodes, edges)
        scale = torch.bincount(target, minlength=nodes).float().rsqrt()
        self.matrix = adjacency(source, target, scale[source] * scale[target], nodes)

    def forward(self, x):
        hidden = torch.relu(torch.sparse.mm(self.matrix, self.first(x)))
        return torch.sparse.mm(self.matrix, self.second(hidden))


class Attention(nn.Module):
    """One layer of graph attention over fixed edges."""

    def __init__(self, features, heads, width):
        super().__init__()
        self.heads, self.width = heads, width
        self.project = nn.Linear(features, heads * width, bias=False)
        self.of_source, self.of_target = (nn.Parameter(torch.randn(heads, width)) for _ in range(2))

    def forward(self, x, source, target):
        nodes = len(x)
        z = self.project(x).view(nodes, self.heads, self.width)
        scores = nn.functional.leaky_relu((z * self.of_source).sum(-1)[source] + (z * self.of_target).sum(-1)[target], 0.2)
        index = target[:, None].expand_as(scores)
        largest = torch.full((nodes, self.heads), -1e30).scatter_reduce(0, index, scores.detach(), "amax")
        weights = torch.exp(scores - largest[target])
        weights = weights / torch.zeros(nodes, self.heads).index_add(0, target, weights)[target]
        return torch.zeros_like(z).index_add(0, target, z[source] * weights[..., None]).flatten(1)


class Gat(nn.Module):
    def __init__(self, nodes, edges, features, hidden, classes):
        super().__init__()
        self.source, self.target = random_edges(nodes, edges)
        self.first, self.second = Attention(features, 8, hidden), Attention(8 * hidden, 1, classes)

    def forward(self, x):
        hidden = nn.functional.elu(self.first(x, self.source, self.target))
        return self.second(hidden, self.source, self.target)


def graph(network, nodes, edges, features, hidden, classes):
    model = network(nodes, edges, features, hidden, classes)
    x, y = torch.randn(nodes, features), torch.randint(classes, (nodes,))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        optimizer.step()

    return step


def neighbor_sums(nodes, edges, width):
    source, target = torch.randint(nodes, (edges,)), torch.randint(nodes, (edges,))
    matrix, x = adjacency(source, target, torch.ones(edges), nodes).to_sparse_csr(), torch.randn(nodes, width)
    return lambda: matrix @ x


CASES = {
    "lstm_train": lambda: recurrent(nn.LSTM, 64, 100, 64, 128, True),
    "lstm_infer": lambda: recurrent(nn.LSTM, 64, 100, 64, 128, False),
    "lstm_small_train": lambda: recurrent(nn.LSTM, 32, 50, 16, 32, True),
    "gru_train": lambda: recurrent(nn.GRU, 64, 100, 64, 128, True),
    "rnn_train": lambda: recurrent(nn.RNN, 64, 100, 64, 128, True),
    "char_lm_train": lambda: language_model(32, 128, 65, 256),
    "transformer_train": lambda: transformer(32, 128, 256, 4, 1024, 2, True),
    "transformer_infer": lambda: transformer(32, 128, 256, 4, 1024, 2, False),
    "gcn_cora_train": lambda: graph(Gcn, 2708, 10_556, 1433, 16, 7),
    "gcn_cora_sparse_train": lambda: graph(Gcn, 2708, 10_556, 1433, 16, 7),
    "gat_cora_train": lambda: graph(Gat, 2708, 10_556, 1433, 8, 7),
    "gcn_large_train": lambda: graph(Gcn, 100_000, 1_000_000, 64, 64, 16),
    "sum_neighbours": lambda: neighbor_sums(100_000, 1_000_000, 64),
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
