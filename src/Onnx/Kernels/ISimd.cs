namespace MLSeqGraph.Onnx;

/// <summary>
/// A vector of floats as wide as a processor's registers. A kernel is written once, as a method generic in this type, and compiled for
/// each width; <see cref="Simd"/> chooses the widest one that is available and fits.
/// </summary>
internal unsafe interface ISimd<TSelf> where TSelf : struct, ISimd<TSelf>
{
    /// <summary>Number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>The same number throughout.</summary>
    static abstract TSelf All(float number);

    /// <summary>Reads from any address.</summary>
    static abstract TSelf Load(float* from);

    /// <summary>Writes to any address.</summary>
    void Store(float* to);

    /// <summary>The sum of all numbers.</summary>
    float Sum();

    /// <summary>a · b + c, rounded once where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The elementwise larger number; NaN where one is.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>Square roots.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>a &gt; b ? yes : no.</summary>
    static abstract TSelf IfGreater(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>Whole numbers nearest to the given ones.</summary>
    static abstract TSelf Round(TSelf a);

    /// <summary>2ⁿ for whole numbers n from -126 to 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);
}
