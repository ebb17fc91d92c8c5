using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The tokens of a column with the sentinels among them, or behind them.</summary>
/// <param name="Tokens">Values of the keys 1, 2, …</param>
/// <param name="OfColumn">How many of them are the column's.</param>
/// <param name="Sentinels">Keys of the sentinels.</param>
internal sealed record SpanVocabulary(string[] Tokens, int OfColumn, uint[] Sentinels)
{
    /// <exception cref="ArgumentException">The column is missing or of another type, or has some of the sentinels.</exception>
    internal static SpanVocabulary Of(DataViewSchema schema, string name, int sentinels)
    {
        var column = schema.Require(name);
        if (column.Type is not VectorDataViewType { ItemType: KeyDataViewType { RawType: var raw } } || raw != typeof(uint)
            || column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues)
                is not { Type: VectorDataViewType { ItemType: TextDataViewType } })
            throw new ArgumentException($"Column '{name}' is {column.Type}; {Expected}.");
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        string[] known = [.. values.DenseValues().Select(value => value.ToString())],
            names = [.. Enumerable.Range(0, sentinels).Select(SpanCorruptionOptions.Sentinel)];
        var places = known.Select((token, at) => (token, at)).DistinctBy(pair => pair.token).ToDictionary(pair => pair.token, pair =>
            pair.at);
        var missing = Array.FindAll(names, sentinel => !places.ContainsKey(sentinel));
        if (missing.Length == 0)
            return new(known, known.Length, [.. names.Select(sentinel => (uint)places[sentinel] + 1)]);
        if (missing.Length < sentinels)
            throw new ArgumentException($"Column '{name}' has {sentinels - missing.Length} of the {sentinels} sentinels among its tokens, "
                + $"but not '{missing[0]}'; expected all {nameof(SpanCorruptionOptions.Sentinels)}, or none.");
        return new([.. known, .. names], known.Length, [.. names.Select((_, i) => (uint)(known.Length + i) + 1)]);
    }

    /// <summary>Adds columns of these keys.</summary>
    internal void AddTo(DataViewSchema.Builder builder, params ReadOnlySpan<string> names) => Add(builder, Tokens, names);

    internal static void Add(DataViewSchema.Builder builder, string[] tokens, params ReadOnlySpan<string> names)
    {
        ReadOnlyMemory<char>[] values = [.. tokens.Select(token => token.AsMemory())];
        foreach (var name in names)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            annotations.Add(LabelType.KeyValues, new VectorDataViewType(TextDataViewType.Instance, values.Length),
                (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(values.Length, values).CopyTo(ref value));
            builder.AddColumn(name, new VectorDataViewType(new KeyDataViewType(typeof(uint), values.Length)),
                annotations.ToAnnotations());
        }
    }

    internal const string Expected = "expected a vector of keys (UInt32) with texts as KeyValues, such as TokenizeText or MapValueToKey "
        + "makes";
}
