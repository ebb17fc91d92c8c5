using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Transforms;

/// <summary>What a saved <see cref="AnswerFindingTransformer"/> does with a row.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class AnswerFindingMapping : CustomMappingFactory<AnswerFindingMapping.Source, AnswerFindingMapping.Result>
{
    /// <summary>The name in saved models.</summary>
    public const string Contract = "MLSeqGraph.AnswerFinding";

    /// <summary>The names under which columns are read and written.</summary>
    public const string Context = SavedChain.Prefix + "finding_context", Answer = SavedChain.Prefix + "finding_answer",
        Start = SavedChain.Prefix + "finding_start", Span = SavedChain.Prefix + "finding_span";

    public override Action<Source, Result> GetMapping()
    {
        var settings = new PayloadReader<Settings>(bytes => JsonSerializer.Deserialize<Settings>(bytes)!);
        return (row, result) =>
        {
            VBuffer<long> value = default;
            Write(settings.Get(row.Payload), row.Context, row.Answer, row.Start, "", ref value);
            result.Span = value;
        };
    }

    /// <exception cref="InvalidDataException">The answer isn't a part of the text.</exception>
    internal static void Write(Settings settings, ReadOnlyMemory<char> context, ReadOnlyMemory<char> answer, int start, string place,
        ref VBuffer<long> value)
    {
        var (problem, first, last) = AnswerPlaces.Find($"{context}", $"{answer}", settings.HasStart ? start : null, settings.Kind);
        if (problem is not null)
            throw new InvalidDataException($"Column '{settings.Column}'{place}: {problem}.");
        var editor = VBufferEditor.Create(ref value, 2);
        (editor.Values[0], editor.Values[1]) = (first, last);
        value = editor.Commit();
    }

    /// <summary>The payload.</summary>
    internal sealed record Settings(string Column, bool HasStart, TextTokenizerKind Kind);

    /// <summary>The columns read.</summary>
    public sealed class Source : PayloadRow
    {
        [ColumnName(AnswerFindingMapping.Context)]
        public ReadOnlyMemory<char> Context { get; set; }

        [ColumnName(AnswerFindingMapping.Answer)]
        public ReadOnlyMemory<char> Answer { get; set; }

        [ColumnName(AnswerFindingMapping.Start)]
        public int Start { get; set; }
    }

    /// <summary>The column written.</summary>
    public sealed class Result
    {
        [ColumnName(AnswerFindingMapping.Span), VectorType(2)]
        public VBuffer<long> Span { get; set; }
    }
}
