using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes an <see cref="AnswerFindingTransformer"/>; there is nothing to learn.</summary>
public sealed class AnswerFindingEstimator : IEstimator<AnswerFindingTransformer>
{
    private readonly string _output, _context, _answer;
    private readonly string? _start;
    private readonly TextTokenizerKind _kind;

    internal AnswerFindingEstimator(string output, string context, string answer, string? start, TextTokenizerKind kind)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(answer);
        (_output, _context, _answer, _start, _kind) = (output, context, answer, start, AnswerPlaces.Checked(kind));
    }

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public AnswerFindingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new AnswerFindingTransformer(_output, _context, _answer, _start, _kind);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        AnswerPlaces.RequireText(inputSchema, _context);
        AnswerPlaces.RequireText(inputSchema, _answer);
        if (_start is not null && inputSchema.Require(_start) is { ItemType: var type } start && type != NumberDataViewType.Int32)
            throw AnswerPlaces.WrongType(_start, start.Describe(), "Int32, the character where the answer begins, counted from 0");
        return inputSchema.With(RowMapping.Added(_output, ScoreColumns.SpanType));
    }
}
