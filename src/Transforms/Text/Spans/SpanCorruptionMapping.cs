using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>
/// What a saved <see cref="SpanCorruptionTransformer"/> does with tokens, whose keys a stock MapKeyToValue turned into names; a stock
/// MapValueToKey turns the result into keys.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class SpanCorruptionMapping : CustomMappingFactory<SpanCorruptionMapping.Row, SpanCorruptionMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.CorruptSpans";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Tokens = SavedChain.Prefix + "span_tokens", Source = SavedChain.Prefix + "span_source",
        Target = SavedChain.Prefix + "span_target";

    public override Action<Row, Result> GetMapping()
    {
        var settings = new PayloadReader<Read>(FromBytes);
        return (row, result) =>
        {
            var with = settings.Get(row.Payload);
            uint[] keys = [.. (row.Names ?? []).Select(name => with.Keys.GetValueOrDefault(name ?? ""))];
            var (source, target) = CorruptedSpans.Of(keys, with.Settings.Sentinels, with.Settings.Options,
                $"Column '{with.Settings.Column}'");
            (result.SourceNames, result.TargetNames) = (Names(source), Names(target));

            string[] Names(uint[] written) => Array.ConvertAll(written, key => key == 0 ? "" : with.Settings.Tokens[key - 1]);
        };
    }

    /// <summary>The payload.</summary>
    internal static byte[] ToBytes(string column, SpanVocabulary vocabulary, SpanCorruptionOptions options) =>
        JsonSerializer.SerializeToUtf8Bytes(new Payload(column, vocabulary.Tokens, vocabulary.Sentinels, options));

    private static Read FromBytes(byte[] bytes)
    {
        var settings = JsonSerializer.Deserialize<Payload>(bytes)!;
        return new(settings, settings.Tokens.Select((token, at) => (token, at)).DistinctBy(pair => pair.token)
            .ToDictionary(pair => pair.token, pair => (uint)pair.at + 1));
    }

    private sealed record Payload(string Column, string[] Tokens, uint[] Sentinels, SpanCorruptionOptions Options);

    private sealed record Read(Payload Settings, Dictionary<string, uint> Keys);

    /// <summary>The columns read.</summary>
    public sealed class Row : PayloadRow
    {
        [ColumnName(SpanCorruptionMapping.Tokens)]
        public string[]? Names { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Result
    {
        [ColumnName(SpanCorruptionMapping.Source)]
        public string[]? SourceNames { get; set; }

        [ColumnName(SpanCorruptionMapping.Target)]
        public string[]? TargetNames { get; set; }
    }
}
