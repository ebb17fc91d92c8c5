using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Proteins;

/// <summary>Networks that read a chain and give a vector for each residue.</summary>
internal static class SecondaryNetworks
{
    internal static readonly Dictionary<string, Func<int, int, float, SequenceNetwork>> All = new()
    {
        ["windows"] = (hidden, layers, dropout) => SequenceNetwork.Custom("windows and BiLSTM", (network, x) =>
            new(Recurrent(network, Windows(network, x, hidden, dropout), hidden, layers, dropout))),
        ["bilstm"] = (hidden, layers, dropout) => SequenceNetwork.Lstm(hidden, layers, bidirectional: true, dropout),
        ["convolutions"] = (hidden, layers, dropout) => SequenceNetwork.Custom("convolutions", (network, x) =>
            new(Residual(network, x, hidden, 2 * layers, dropout))),
    };

    internal static string[] Names => [.. All.Keys];

    // Windows of several lengths side by side.
    private static Sequence Windows(NetworkBuilder network, Sequence x, int hidden, float dropout)
    {
        Value[] all = [.. ((int[])[1, 5, 11]).Select(kernel => x.Convolution(hidden / 2, kernel, name: $"window_{kernel}").Steps)];
        return x.With(network.Dropout(Op.Relu(Op.Concat(2, all)), dropout));
    }

    private static Sequence Recurrent(NetworkBuilder network, Sequence x, int hidden, int layers, float dropout)
    {
        var options = new LstmOptions { Hidden = hidden, Layers = layers, Bidirectional = true, Dropout = dropout };
        var run = network.Recurrent(x, options).Output;
        // What stands near is read beside what the recurrent layers make of the whole chain.
        var all = network.Dropout(Op.Concat(2, [run.Steps, x.Steps]), dropout);
        return x.With(Op.Relu(network.Linear(all, hidden, name: "joined")));
    }

    // Residual blocks that see further and further, normalized step by step.
    private static Sequence Residual(NetworkBuilder network, Sequence x, int hidden, int blocks, float dropout)
    {
        x = x.Convolution(hidden, 7, name: "first");
        for (var block = 0; block < blocks; block++)
            using (network.Scope($"block_{block}"))
            {
                var inner = x.With(Op.Relu(network.LayerNorm(x.Steps))).Convolution(hidden, 5, dilation: 1 << (block % 3), name: "wide");
                x = x.With(x.Steps + network.Dropout(inner.Steps, dropout));
            }
        return x.With(Op.Relu(network.LayerNorm(x.Steps)));
    }
}
