namespace MLSeqGraph.Onnx;

/// <summary>One float: for rows that are shorter than the narrowest vector.</summary>
internal readonly unsafe struct Simd1(float number) : ISimd<Simd1>
{
    private readonly float _number = number;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static Simd1 All(float number) => new(number);

    /// <inheritdoc/>
    public static Simd1 Load(float* from) => new(*from);

    /// <inheritdoc/>
    public void Store(float* to) => *to = _number;

    /// <inheritdoc/>
    public float Sum() => _number;

    /// <inheritdoc/>
    public static Simd1 MultiplyAdd(Simd1 a, Simd1 b, Simd1 c) => new(MathF.FusedMultiplyAdd(a._number, b._number, c._number));

    /// <inheritdoc/>
    public static Simd1 Max(Simd1 a, Simd1 b) => new(a._number > b._number || float.IsNaN(a._number) ? a._number : b._number);

    /// <inheritdoc/>
    public static Simd1 Sqrt(Simd1 a) => new(MathF.Sqrt(a._number));

    /// <inheritdoc/>
    public static Simd1 IfGreater(Simd1 a, Simd1 b, Simd1 yes, Simd1 no) => a._number > b._number ? yes : no;

    /// <inheritdoc/>
    public static Simd1 Round(Simd1 a) => new(MathF.Floor(a._number + 0.5f));

    /// <inheritdoc/>
    public static Simd1 PowerOfTwo(Simd1 n) => new(BitConverter.Int32BitsToSingle(((int)n._number + 127) << 23));

    /// <inheritdoc/>
    public static Simd1 operator +(Simd1 a, Simd1 b) => new(a._number + b._number);

    /// <inheritdoc/>
    public static Simd1 operator -(Simd1 a, Simd1 b) => new(a._number - b._number);

    /// <inheritdoc/>
    public static Simd1 operator *(Simd1 a, Simd1 b) => new(a._number * b._number);

    /// <inheritdoc/>
    public static Simd1 operator /(Simd1 a, Simd1 b) => new(a._number / b._number);
}
