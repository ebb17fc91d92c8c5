namespace Microsoft.ML.Transforms;

/// <summary>Compares column values: text by its characters, everything else as its type does.</summary>
internal sealed class ValueComparer<T> : IEqualityComparer<T>, IComparer<T>
{
    public static ValueComparer<T> Instance { get; } = new();

    public bool Equals(T x, T y) => x is ReadOnlyMemory<char> a && y is ReadOnlyMemory<char> b
        ? a.Span.SequenceEqual(b.Span)
        : EqualityComparer<T>.Default.Equals(x, y);

    public int GetHashCode(T value) => value is ReadOnlyMemory<char> text ? string.GetHashCode(text.Span) : value.GetHashCode();

    public int Compare(T x, T y) => x is ReadOnlyMemory<char> a && y is ReadOnlyMemory<char> b
        ? a.Span.CompareTo(b.Span, StringComparison.Ordinal)
        : Comparer<T>.Default.Compare(x, y);
}
