using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Makes an <see cref="AnswerCuttingTransformer"/>; there is nothing to learn.</summary>
public sealed class AnswerCuttingEstimator : IEstimator<AnswerCuttingTransformer>
{
    private readonly string _output, _context, _span;
    private readonly TextTokenizerKind _kind;

    internal AnswerCuttingEstimator(string output, string context, string span, TextTokenizerKind kind)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(output);
        ArgumentException.ThrowIfNullOrWhiteSpace(context);
        ArgumentException.ThrowIfNullOrWhiteSpace(span);
        (_output, _context, _span, _kind) = (output, context, span, AnswerPlaces.Checked(kind));
    }

    /// <summary>Checks the columns; there is nothing to learn.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public AnswerCuttingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var transformer = new AnswerCuttingTransformer(_output, _context, _span, _kind);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        AnswerPlaces.RequireText(inputSchema, _context);
        var span = inputSchema.Require(_span);
        return span.Kind != SchemaShape.Column.VectorKind.Scalar && !span.IsKey && span.ItemType.RawType == typeof(long)
            ? inputSchema.With(RowMapping.Added(_output, TextDataViewType.Instance))
            : throw AnswerPlaces.WrongType(_span, span.Describe(), AnswerCuttingTransformer.SpanType);
    }
}
