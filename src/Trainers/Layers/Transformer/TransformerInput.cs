using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The input of a stack of Transformer layers, mapped to the hidden size, normalized, and with its positions.</summary>
/// <param name="X">[batch, time, hidden size].</param>
/// <param name="Bias">Bias of attention scores [1, heads, time, keys]; null for other kinds of positions.</param>
/// <param name="Rotary">Rotary positions; null for other kinds of positions.</param>
internal sealed record TransformerInput(Value X, Value? Bias, RotaryPositions? Rotary)
{
    /// <summary>Maps, normalizes and adds or prepares positions.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, features].</param>
    /// <param name="options">Hidden size, normalization and positions.</param>
    /// <param name="positions">The steps' positions, [time] Int64.</param>
    /// <param name="keyPositions">The positions of self-attention's keys, [keys] Int64.</param>
    /// <param name="isCausal">Whether each step sees only itself and the steps before it.</param>
    internal static TransformerInput Write(NetworkBuilder network, Value x, TransformerOptions options, Value positions,
        Value keyPositions, bool isCausal)
    {
        options.Check();
        if (x.Shape[-1] != options.Hidden)
            x = network.Linear(x, options.Hidden, name: "input");
        // Embedded tokens and features have any scale; positions have scale 1.
        x = network.Norm(x, options.Norm);
        x = options.Positions switch
        {
            PositionEncoding.Sinusoidal => x + Layers.SinusoidalPositions(positions, options.Hidden),
            PositionEncoding.Learned => x + network.LearnedPositions(positions, options.MaxPositions, options.Hidden),
            _ => x,
        };
        return new(
            network.Dropout(x, options.Dropout),
            options.Positions == PositionEncoding.RelativeBias ? network.RelativeBias(positions, keyPositions, options.Heads, isCausal)
                : null,
            options.Positions == PositionEncoding.Rotary ? new(positions, options.Hidden / options.Heads) : null);
    }

    /// <summary>The positions 0, 1, .. of the steps of [batch, time, ..], [time] Int64.</summary>
    internal static Value Positions(Value x) => Op.Range(Op.SizeOf(x, 1), x.Shape[1]);
}
