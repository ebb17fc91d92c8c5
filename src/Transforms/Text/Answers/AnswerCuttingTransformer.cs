using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Cuts answers out of texts, character by character as they stand there. Tokens that the text doesn't have throw an
/// <see cref="InvalidDataException"/> that names column and row.
/// </summary>
public sealed class AnswerCuttingTransformer : RowTransformer
{
    private readonly string _output, _context, _span;
    private readonly TextTokenizerKind _kind;

    internal AnswerCuttingTransformer(string output, string context, string span, TextTokenizerKind kind) =>
        (_output, _context, _span, _kind) = (output, context, span, kind);

    internal const string SpanType = "a vector of two Int64, the first and the last token, as a QuestionAnsweringTrainer predicts";

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var (context, span) = (AnswerPlaces.Text(inputSchema, _context), inputSchema.Require(_span));
        return span.Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var item } } && item == typeof(long)
            ? new(inputSchema, [_context, _span], _output, TextDataViewType.Instance, row => Open(row, context, span))
            : throw AnswerPlaces.WrongType(_span, $"{span.Type}", SpanType);
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(_context, TextDataViewType.Instance);
        columns.AddColumn(_span, ScoreColumns.SpanType);
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(AnswerCuttingMapping.Context, _context));
        chain.Add(chain.Transforms.CopyColumns(AnswerCuttingMapping.Span, _span));
        chain.AddMapping(AnswerCuttingMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(
            new AnswerCuttingMapping.Settings(_span, _kind)), new AnswerCuttingMapping());
        chain.Add(chain.Transforms.CopyColumns(_output, AnswerCuttingMapping.Answer));
        return chain;
    }

    private ValueGetter<ReadOnlyMemory<char>> Open(DataViewRow row, DataViewSchema.Column context, DataViewSchema.Column span)
    {
        var (contexts, spans) = (row.GetGetter<ReadOnlyMemory<char>>(context), row.GetGetter<VBuffer<long>>(span));
        ReadOnlyMemory<char> text = default;
        VBuffer<long> ends = default;
        return (ref ReadOnlyMemory<char> value) =>
        {
            contexts(ref text);
            spans(ref ends);
            value = AnswerCuttingMapping.Cut(new(_span, _kind), text, ends, $", {RowName.Of(row)}");
        };
    }
}
