using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Trainers;

/// <summary>Vectors of words, n-grams or nodes, one a row; rows are padded with zeros to whole SIMD registers.</summary>
internal sealed class VectorTable
{
    private readonly float[] _values;

    /// <param name="rows">Number of vectors.</param>
    /// <param name="width">Numbers of a vector.</param>
    /// <exception cref="ArgumentException">There would be more numbers than an array has.</exception>
    internal VectorTable(int rows, int width)
    {
        (Rows, Width, Stride) = (rows, width, (width + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count);
        var count = (long)rows * Stride;
        _values = count <= Array.MaxLength ? new float[count]
            : throw new ArgumentException($"{rows:N0} vectors of {width} numbers don't fit into an array; expected fewer or shorter ones.");
    }

    /// <summary>Number of vectors.</summary>
    internal int Rows { get; }

    /// <summary>Numbers of a vector.</summary>
    internal int Width { get; }

    /// <summary>Numbers from one vector to the next.</summary>
    internal int Stride { get; }

    /// <summary>A vector.</summary>
    internal Span<float> this[int row] => _values.AsSpan(row * Stride, Width);

    /// <summary>The first number of a vector, of <see cref="Stride"/>.</summary>
    internal ref float At(int row) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), (nint)(uint)row * Stride);

    /// <summary>The first rows, without padding.</summary>
    internal float[] ToArray(int rows)
    {
        var array = new float[(long)rows * Width];
        for (var row = 0; row < rows; row++)
            this[row].CopyTo(array.AsSpan(row * Width));
        return array;
    }

    /// <summary>Uniform numbers in ±0.5 / width, as the authors' program of word2vec begins.</summary>
    internal void Randomize(long seed)
    {
        var random = MLSeqGraph.Onnx.SplitMix64.OfItem(seed, 0);
        for (var row = 0; row < Rows; row++)
            foreach (ref var value in this[row])
                value = (float)((random.NextDouble() - 0.5) / Width);
    }
}
