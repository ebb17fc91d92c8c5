using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Turns recurrent weights in PyTorch's layout into ours, inside a graph, so that gradients flow back to them.</summary>
internal static class TorchWeights
{
    /// <summary>Our parameters of a stack by name, from values named <c>weight_ih_l0</c>, <c>bias_hh_l1_reverse</c>, ….</summary>
    internal static Dictionary<string,
        Value> Convert(string kind, IReadOnlyDictionary<string, Value> torch, int layers, bool bidirectional, int hidden)
    {
        var ours = new Dictionary<string, Value>();
        for (var layer = 0; layer < layers; layer++)
            foreach (var backward in bidirectional ? new[] { false, true } : [false])
            {
                var suffix = $"_l{layer}{(backward ? "_reverse" : "")}";
                var scope = $"{kind}/{(layers > 1 ? $"layer_{layer}/" : "")}{(backward ? "backward/" : "")}";
                Value inputBias = torch["bias_ih" + suffix], stateBias = torch["bias_hh" + suffix];
                ours[scope + "input_weight"] = Op.Transpose(Reorder(kind, torch["weight_ih" + suffix], hidden), 1, 0);
                ours[scope + "recurrent_weight"] = Op.Transpose(Reorder(kind, torch["weight_hh" + suffix], hidden), 1, 0);
                if (kind == "gru")
                {
                    var parts = Op.Split(stateBias, 0, 2 * hidden, hidden);
                    ours[scope + "bias"] = Reorder(kind, inputBias + Op.Concat(0, parts[0], Op.ZerosLike(parts[1])), hidden);
                    ours[scope + "candidate_bias"] = parts[1];
                }
                else
                    ours[scope + "bias"] = Reorder(kind, inputBias + stateBias, hidden);
            }
        return ours;
    }

    /// <summary>Gates i, f, g, o → i, o, f, g (LSTM) and r, z, n → z, r, n (GRU), along the given axis.</summary>
    internal static Value Reorder(string kind, Value gates, int hidden, int axis = 0)
    {
        int[] order = kind switch { "lstm" => [0, 3, 1, 2], "gru" => [1, 0, 2], _ => [0] };
        var parts = Op.Split(gates, axis, [.. Enumerable.Repeat((long)hidden, order.Length)]);
        return Op.Concat(axis, [.. order.Select(gate => parts[gate])]);
    }
}
