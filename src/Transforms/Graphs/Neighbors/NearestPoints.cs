namespace MLSeqGraph.Transforms;

/// <summary>The nearest of the points shown to it, of equally near ones those with lower numbers, nearest first.</summary>
/// <param name="most">How many are kept.</param>
internal sealed class NearestPoints(int most)
{
    private readonly double[] _squares = new double[most];
    private readonly int[] _points = new int[most];

    internal int Count { get; private set; }

    /// <summary>The points.</summary>
    internal ReadOnlySpan<int> Points => _points.AsSpan(0, Count);

    /// <summary>The square of the distance up to which a further point may be among them.</summary>
    internal double Reach => Count < _squares.Length ? double.PositiveInfinity : _squares[^1];

    internal void Clear() => Count = 0;

    internal void Add(int point, double square)
    {
        if (Count == _squares.Length && (square > _squares[^1] || (square == _squares[^1] && point > _points[^1])))
            return;
        var place = Count < _squares.Length ? Count++ : Count - 1;
        for (; place > 0 && (square < _squares[place - 1] || (square == _squares[place - 1] && point < _points[place - 1])); place--)
            (_squares[place], _points[place]) = (_squares[place - 1], _points[place - 1]);
        (_squares[place], _points[place]) = (square, point);
    }
}
