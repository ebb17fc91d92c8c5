using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>sin(p / 10000^(2i / hidden)) at feature 2i and the cosine at 2i + 1 (Vaswani et al. 2017, section 3.5).</summary>
    /// <param name="positions">p, [time] Int64.</param>
    /// <param name="hidden">Size of the vectors, an even number.</param>
    /// <returns>[time, hidden].</returns>
    public static Value SinusoidalPositions(Value positions, int hidden)
    {
        if (hidden < 2 || hidden % 2 != 0)
            throw new GraphException($"SinusoidalPositions: expected an even size; got {hidden}.");
        var angles = PositionAngles(positions, hidden, 10000);                                                     // [time, hidden / 2]
        return Op.Reshape(Op.Concat(2, Op.Unsqueeze(Op.Sin(angles), 2), Op.Unsqueeze(Op.Cos(angles), 2)), [positions.Shape[0], hidden],
            positions);
    }

    /// <summary>p · base^(-2i / hidden), in radians, [time, hidden / 2].</summary>
    internal static Value PositionAngles(Value positions, int hidden, double @base)
    {
        var frequencies = Enumerable.Range(0, hidden / 2).Select(i => (float)Math.Pow(@base, -2.0 * i / hidden)).ToArray();
        return Op.Unsqueeze(Op.Cast(positions, ElementType.Float), 1) * positions.Graph.Vector(frequencies);
    }
}
