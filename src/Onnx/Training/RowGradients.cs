namespace MLSeqGraph.Onnx;

/// <summary>The gradients of some rows of a table.</summary>
/// <param name="name">The table's name.</param>
/// <param name="width">Elements per row.</param>
internal sealed class RowGradients(string name, int width)
{
    internal string Name => name;

    internal int Width => width;

    /// <summary>Numbers of the rows, all different.</summary>
    internal long[] Rows { get; set; } = [];

    /// <summary>[rows, width] their gradients.</summary>
    internal float[] Elements { get; set; } = [];
}
