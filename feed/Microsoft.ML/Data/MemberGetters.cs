namespace Microsoft.ML.Data;

/// <summary>Getters of columns over values of a program: strings become text, arrays vectors, zero-based keys one-based.</summary>
internal static class MemberGetters
{
    /// <summary>The getter of a member's column, for the object that <paramref name="current"/> gives.</summary>
    public static Delegate Of<TRow>(MemberColumn column, Func<TRow> current) =>
        (Delegate)Generic.Call(typeof(MemberGetters), nameof(OfMember), [typeof(TRow), column.MemberType], column, current);

    private static Delegate OfMember<TRow, TMember>(MemberColumn column, Func<TRow> current)
    {
        Func<TRow, TMember> reader = column.Reader<TRow, TMember>()
            ?? throw new InvalidOperationException($"Member '{column.MemberName}' can't be read, so it can't be a column.");
        TMember read() => reader(current());
        return column.Column.Type is KeyDataViewType key ? OfKey<TMember>(read, key) : Of(read);
    }

    /// <summary>The getter of the column type that stands for <typeparamref name="T"/>.</summary>
    public static Delegate Of<T>(Func<T> read)
    {
        Type type = typeof(T);
        if (type == typeof(string))
            return OfText((Func<string>)(object)read);
        if (type == typeof(string[]))
            return OfTexts((Func<string[]>)(object)read);
        if (type.IsArray)
            return (Delegate)Generic.Call(typeof(MemberGetters), nameof(OfArray), type.GetElementType(), read);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>))
            return (Delegate)Generic.Call(typeof(MemberGetters), nameof(OfBuffer), type.GetGenericArguments()[0], read);
        return (ValueGetter<T>)((ref T value) => value = read());
    }

    private static ValueGetter<ReadOnlyMemory<char>> OfText(Func<string> read) =>
        (ref ReadOnlyMemory<char> value) => value = read().AsMemory();

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> OfTexts(Func<string[]> read) =>
        (ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string[] texts = read() ?? [];
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, texts.Length);
            for (int i = 0; i < texts.Length; i++)
                editor.Values[i] = texts[i].AsMemory();
            value = editor.Commit();
        };

    private static ValueGetter<VBuffer<T>> OfArray<T>(Func<T[]> read) =>
        (ref VBuffer<T> value) =>
        {
            T[] items = read() ?? [];
            VBufferEditor<T> editor = VBufferEditor.Create(ref value, items.Length);
            items.CopyTo(editor.Values);
            value = editor.Commit();
        };

    private static ValueGetter<VBuffer<T>> OfBuffer<T>(Func<VBuffer<T>> read) => (ref VBuffer<T> value) => read().CopyTo(ref value);

    private static Delegate OfKey<T>(Func<T> read, KeyDataViewType key) => read switch
    {
        Func<byte> bytes => (ValueGetter<byte>)((ref byte value) => value = (byte)OneBased(bytes(), key.Count)),
        Func<uint> uints => (ValueGetter<uint>)((ref uint value) => value = (uint)OneBased(uints(), key.Count)),
        Func<ulong> ulongs => (ValueGetter<ulong>)((ref ulong value) => value = OneBased(ulongs(), key.Count)),
        _ => throw new InvalidOperationException($"A key given as {typeof(T)} can't be loaded from objects; use Byte, UInt32 or UInt64."),
    };

    private static ulong OneBased(ulong value, ulong count) => value < count ? value + 1 : 0;
}
