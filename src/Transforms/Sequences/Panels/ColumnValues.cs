using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Compares and keeps values of a column's raw type.</summary>
internal abstract class ColumnValues<T> : EqualityComparer<T>
{
    /// <summary>A copy of a value that stays valid when the cursor moves on.</summary>
    public abstract T Copy(in T value);
}

/// <summary>Finds the <see cref="ColumnValues{T}"/> for a column's type, known only at run time.</summary>
internal static class ColumnValues
{
    public static ColumnValues<T> Of<T>()
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (ColumnValues<T>)(object)new TextValues();
        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (ColumnValues<T>)Activator.CreateInstance(typeof(VectorValues<>).MakeGenericType(typeof(T).GenericTypeArguments))!;
        return new PlainValues<T>();
    }

    private sealed class PlainValues<T> : ColumnValues<T>
    {
        public override bool Equals(T? x, T? y) => Default.Equals(x, y);

        public override int GetHashCode(T value) => Default.GetHashCode(value!);

        public override T Copy(in T value) => value;
    }

    private sealed class TextValues : ColumnValues<ReadOnlyMemory<char>>
    {
        public override bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public override int GetHashCode(ReadOnlyMemory<char> value) => string.GetHashCode(value.Span);

        // Text is often part of a line, all of which would otherwise stay in memory.
        public override ReadOnlyMemory<char> Copy(in ReadOnlyMemory<char> value) => value.ToString().AsMemory();
    }

    private sealed class VectorValues<T> : ColumnValues<VBuffer<T>>
    {
        private readonly ColumnValues<T> _items = Of<T>();

        public override bool Equals(VBuffer<T> x, VBuffer<T> y)
        {
            if (x.Length != y.Length)
                return false;
            for (int i = 0; i < x.Length; i++)
            {
                if (!_items.Equals(x.GetItemOrDefault(i), y.GetItemOrDefault(i)))
                    return false;
            }

            return true;
        }

        public override int GetHashCode(VBuffer<T> value) => value.Length;

        public override VBuffer<T> Copy(in VBuffer<T> value)
        {
            VBuffer<T> copy = default;
            value.CopyTo(ref copy);
            return copy;
        }
    }
}
