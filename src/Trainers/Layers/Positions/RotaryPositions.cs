using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Rotary positions (Su et al. 2021): queries and keys are rotated by angles that grow with their positions, so that their products
/// depend only on the distance. Feature i is paired with feature i + d / 2.
/// </summary>
public sealed class RotaryPositions
{
    private readonly Value _cos, _sin;
    private readonly int _headSize;

    /// <summary>Prepares the rotations.</summary>
    /// <param name="positions">[time] Int64.</param>
    /// <param name="headSize">Features of each head, d: an even number.</param>
    /// <param name="base">θ: pair i rotates by position · θ^(-2i / d).</param>
    public RotaryPositions(Value positions, int headSize, double @base = 10000)
    {
        if (headSize < 2 || headSize % 2 != 0)
            throw new GraphException($"RotaryPositions: expected heads of an even width; got {headSize}.");
        _headSize = headSize;
        var angles = Layers.PositionAngles(positions, headSize, @base);
        angles = Op.Concat(1, angles, angles);                                                            // [time, d]
        _cos = Op.Cos(angles);
        _sin = Op.Sin(angles);
    }

    /// <summary>Rotates the features of [.., time, d].</summary>
    public Value Rotate(Value x)
    {
        if (x.Shape[-1] != _headSize)
            throw new GraphException($"RotaryPositions: expected {_headSize} features per head; got {x}.");
        var halves = Op.Split(x, -1, _headSize / 2, _headSize / 2);
        return x * _cos + Op.Concat(-1, -halves[1], halves[0]) * _sin;
    }
}
