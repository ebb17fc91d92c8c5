using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>sin(p / 10000^(2i / width)) at feature 2i and the cosine at 2i + 1 (Vaswani et al. 2017, section 3.5).</summary>
    /// <param name="positions">p, [time] Int64.</param>
    /// <param name="width">Features, an even number.</param>
    /// <returns>[time, width].</returns>
    public static Value SinusoidalPositions(Value positions, int width)
    {
        if (width < 2 || width % 2 != 0)
            throw new GraphException($"SinusoidalPositions: expected an even width; got {width}.");
        var angles = PositionAngles(positions, width, 10000);                                                     // [time, width / 2]
        return Op.Reshape(Op.Concat(2, Op.Unsqueeze(Op.Sin(angles), 2), Op.Unsqueeze(Op.Cos(angles), 2)), [positions.Shape[0], width], positions);
    }

    /// <summary>p · base^(-2i / width), in radians, [time, width / 2].</summary>
    internal static Value PositionAngles(Value positions, int width, double @base)
    {
        var frequencies = Enumerable.Range(0, width / 2).Select(i => (float)Math.Pow(@base, -2.0 * i / width)).ToArray();
        return Op.Unsqueeze(Op.Cast(positions, ElementType.Float), 1) * positions.Graph.Vector(frequencies);
    }
}
