namespace MLSeqGraph.Transforms;

/// <summary>Features per node, [nodes, columns].</summary>
internal sealed class FeatureTable(int nodes, int columns)
{
    private readonly float[] _values = new float[(long)nodes * columns];

    internal float this[int node, int column]
    {
        get => _values[(long)node * columns + column];
        set => _values[(long)node * columns + column] = value;
    }

    internal int ColumnCount => columns;

    internal ReadOnlySpan<float> Row(int node) => _values.AsSpan(node * columns, columns);
}
