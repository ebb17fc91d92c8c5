using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Makes a <see cref="SpanCorruptionTransformer"/> for the tokens of a column; there is nothing else to learn.</summary>
public sealed class SpanCorruptionEstimator : IEstimator<SpanCorruptionTransformer>
{
    private readonly string _source, _target, _input;
    private readonly SpanCorruptionOptions _options;

    internal SpanCorruptionEstimator(string source, string target, string input, SpanCorruptionOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentException.ThrowIfNullOrWhiteSpace(input);
        if (source == target)
            throw new ArgumentException($"Column '{source}' is both the source and the target; expected two.", nameof(target));
        options.Check();
        (_source, _target, _input, _options) = (source, target, input, options);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or of another type, or has some of the sentinels.</exception>
    public SpanCorruptionTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new(_source, _target, _input, SpanVocabulary.Of(input.Schema, _input, _options.Sentinels), _options);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var column = inputSchema.Require(_input);
        if (!column.IsKey || column.ItemType.RawType != typeof(uint) || column.Kind == SchemaShape.Column.VectorKind.Scalar)
            throw new ArgumentException($"Column '{_input}' is {column.Describe()}; {SpanVocabulary.Expected}.");
        var added = new DataViewSchema.Builder();
        // The size, and with it the values, are known only after fitting and aren't part of a shape.
        SpanVocabulary.Add(added, [""], _source, _target);
        return inputSchema.With(added.ToSchema());
    }
}
