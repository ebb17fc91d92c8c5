using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Finds answers in texts: the first and the last token of each, counted from 0. An answer that isn't a part of its text throws an
/// <see cref="InvalidDataException"/> that names column and row.
/// </summary>
public sealed class AnswerFindingTransformer : RowTransformer
{
    private readonly string _output, _context, _answer;
    private readonly string? _start;
    private readonly TextTokenizerKind _kind;

    internal AnswerFindingTransformer(string output, string context, string answer, string? start, TextTokenizerKind kind) =>
        (_output, _context, _answer, _start, _kind) = (output, context, answer, start, kind);

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var (context, answer) = (AnswerPlaces.Text(inputSchema, _context), AnswerPlaces.Text(inputSchema, _answer));
        if (_start is not null && inputSchema.Require(_start) is { Type: var type } && type != NumberDataViewType.Int32)
            throw AnswerPlaces.WrongType(_start, $"{type}", "Int32, the character where the answer begins, counted from 0");
        string[] reads = _start is null ? [_context, _answer] : [_context, _answer, _start];
        return new(inputSchema, reads, _output, ScoreColumns.SpanType, row => Open(row, context, answer));
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        columns.AddColumn(_context, TextDataViewType.Instance);
        columns.AddColumn(_answer, TextDataViewType.Instance);
        if (_start is not null)
            columns.AddColumn(_start, NumberDataViewType.Int32);
        var chain = new SavedChain(columns.ToSchema());
        chain.Add(chain.Transforms.CopyColumns(AnswerFindingMapping.Context, _context));
        chain.Add(chain.Transforms.CopyColumns(AnswerFindingMapping.Answer, _answer));
        if (_start is not null)
            chain.Add(chain.Transforms.CopyColumns(AnswerFindingMapping.Start, _start));
        else
            chain.Add(chain.Transforms.CustomMapping(new NoStartFactory().GetMapping(), NoStartFactory.Contract));
        chain.AddMapping(AnswerFindingMapping.Contract, JsonSerializer.SerializeToUtf8Bytes(
            new AnswerFindingMapping.Settings(_answer, _start is not null, _kind)), new AnswerFindingMapping());
        chain.Add(chain.Transforms.CopyColumns(_output, AnswerFindingMapping.Span));
        return chain;
    }

    private ValueGetter<VBuffer<long>> Open(DataViewRow row, DataViewSchema.Column context, DataViewSchema.Column answer)
    {
        var (contexts, answers) = (row.GetGetter<ReadOnlyMemory<char>>(context), row.GetGetter<ReadOnlyMemory<char>>(answer));
        var starts = _start is null ? null : row.GetGetter<int>(row.Schema.Require(_start));
        ReadOnlyMemory<char> text = default, wanted = default;
        var start = 0;
        return (ref VBuffer<long> value) =>
        {
            contexts(ref text);
            answers(ref wanted);
            starts?.Invoke(ref start);
            AnswerFindingMapping.Write(new(_answer, starts is not null, _kind), text, wanted, start, $", {RowName.Of(row)}", ref value);
        };
    }
}
