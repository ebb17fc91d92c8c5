using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="AnswerCuttingTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class AnswerCuttingMapping : CustomMappingFactory<AnswerCuttingMapping.Source, AnswerCuttingMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.AnswerCutting";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Context = SavedChain.Prefix + "cutting_context", Span = SavedChain.Prefix + "cutting_span",
        Answer = SavedChain.Prefix + "cutting_answer";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<Settings>(bytes => JsonSerializer.Deserialize<Settings>(bytes)!);
        return (row, result) => result.Answer = Cut(settings.Get(row.Payload), row.Context, row.Span, "");
    }

    /// <exception cref="InvalidDataException">The text has no such tokens.</exception>
    internal static ReadOnlyMemory<char> Cut(Settings settings, ReadOnlyMemory<char> context, VBuffer<long> span, string place)
    {
        var (problem, answer) = span.Length != 2 ? ($"{span.Length} numbers; expected two, the first and the last token", "")
            : AnswerPlaces.Cut($"{context}", span.GetItemOrDefault(0), span.GetItemOrDefault(1), settings.Kind);
        return problem is null ? answer.AsMemory() : throw new InvalidDataException($"Column '{settings.Column}'{place}: {problem}.");
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(string Column, TextTokenizerKind Kind);

    /// <summary>The columns read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(AnswerCuttingMapping.Context)]
        public ReadOnlyMemory<char> Context { get; set; }

        [ColumnName(AnswerCuttingMapping.Span), VectorType(2)]
        public VBuffer<long> Span { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(AnswerCuttingMapping.Answer)]
        public ReadOnlyMemory<char> Answer { get; set; }
    }
}
