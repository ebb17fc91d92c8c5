using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Builds a tokenizer from columns of text, where none is given, and makes a <see cref="TextTransformer"/>.</summary>
public sealed class TextTokenizingEstimator : IEstimator<TextTransformer>
{
    private readonly InputOutputColumnPair[] _columns;
    private readonly TextTokenizationOptions _options;

    internal TextTokenizingEstimator(InputOutputColumnPair[] columns, TextTokenizationOptions options)
    {
        if (columns.Length == 0)
            throw new ArgumentException("There are no columns to tokenize.", nameof(columns));
        var repeated = columns.GroupBy(pair => pair.OutputColumnName).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
            throw new ArgumentException($"Column '{repeated.Key}' is the output of {repeated.Count()} columns; expected "
                + "one.", nameof(columns));
        foreach (var pair in columns)
        {
            if (columns.Any(other => other.OutputColumnName != pair.OutputColumnName && other.InputColumnName == pair.OutputColumnName))
                throw new ArgumentException($"Column '{pair.OutputColumnName}' is the output of a column and the input of another.",
                    nameof(columns));
        }

        if (options.Lowercase && (options.Kind != TextTokenizerKind.Words || options.Tokenizer is not null))
            throw new ArgumentException("Lowercase is for tokenizers of words that are built here.", nameof(options));
        int added = (options.AddBeginToken ? 1 : 0) + (options.AddEndToken ? 1 : 0);
        if (options.MaximumLength <= added)
            throw new ArgumentException($"A maximum length of {options.MaximumLength} leaves no room for text beside {added} added "
                + "tokens.", nameof(options));
        var special = options.Tokenizer?.Vocabulary.Special ?? options.SpecialTokens;
        if (options.AddBeginToken && special.Begin is null || options.AddEndToken && special.End is null)
            throw new ArgumentException($"There is no {(options.AddBeginToken && special.Begin is null ? "begin" : "end")} token to "
                + "add.", nameof(options));
        if (options.PairColumnName is { } pairName && (columns.Length > 1 || pairName.Length == 0 || special.End is null
            || columns[0].OutputColumnName == pairName))
            throw new ArgumentException($"The column of second texts is '{pairName}'; expected one beside a single column of first texts, "
                + $"another than the output, and an end token to stand between.", nameof(options));
        var ofPairs = added + (options.Tokenizer?.SeparatorCount ?? 1);
        if (options.PairColumnName is not null && options.MaximumLength <= ofPairs)
            throw new ArgumentException($"A maximum length of {options.MaximumLength} leaves no room for texts beside {ofPairs} added "
                + "tokens.", nameof(options));
        (_columns, _options) = (columns, options);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not text.</exception>
    public TextTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        foreach (var name in InputNames)
        {
            var column = input.Schema.Require(name);
            if (column.Type is not TextDataViewType)
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected text.");
        }

        var tokenizer = _options.Tokenizer ?? Build(input);
        var truncates = _options.Truncation == TextTruncation.End;
        return new(tokenizer, [.. _columns.Select(pair => new Tokenizing(pair.OutputColumnName,
            new(pair.InputColumnName, tokenizer, _options.AddBeginToken, _options.AddEndToken, _options.MaximumLength, truncates)
            {
                PairColumn = _options.PairColumnName,
            }))]);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or not text.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var added = new DataViewSchema.Builder();
        foreach (var name in InputNames)
        {
            var column = inputSchema.Require(name);
            if (column.ItemType is not TextDataViewType || column.Kind != SchemaShape.Column.VectorKind.Scalar)
                throw new ArgumentException($"Column '{column.Name}' is {column.Describe()}; expected text.");
        }
        foreach (var pair in _columns)
        {
            var annotations = new DataViewSchema.Annotations.Builder();
            // The size, and with it the values, are known only after fitting and aren't part of a shape.
            annotations.Add(LabelType.KeyValues, new VectorDataViewType(TextDataViewType.Instance, 1),
                (ref VBuffer<ReadOnlyMemory<char>> _) => { });
            added.AddColumn(pair.OutputColumnName, new VectorDataViewType(new KeyDataViewType(typeof(uint), 1)),
                annotations.ToAnnotations());
        }

        return inputSchema.With(added.ToSchema());
    }

    private IEnumerable<string> InputNames => _columns.Select(pair => pair.InputColumnName)
        .Concat(_options.PairColumnName is { } second ? [second] : []);

    private TextTokenizer Build(IDataView input)
    {
        var texts = InputNames.Distinct().SelectMany(name => Read(input, name));
        return _options.Kind switch
        {
            TextTokenizerKind.Words =>
                Words(texts),
            TextTokenizerKind.Characters =>
                TextTokenizer.Characters(texts, _options.MinimumCount ?? 1, _options.MaximumSize, _options.SpecialTokens),
            _ => TextTokenizer.BytePairEncoding(texts, _options.MaximumSize ?? 8000, _options.MinimumCount ?? 2, _options.SpecialTokens),
        };
    }

    private TextTokenizer Words(IEnumerable<string> texts)
    {
        TextTokenizer Of(int minimumCount) =>
            TextTokenizer.Words(texts, minimumCount, _options.MaximumSize, _options.Lowercase, _options.SpecialTokens);
        if (_options.MinimumCount is { } given)
            return Of(given);
        return _options.SpecialTokens.Unknown is not null && Of(2) is var common && common.Vocabulary.Count > common.Vocabulary.SpecialCount
            ? common : Of(1);
    }

    private static IEnumerable<string> Read(IDataView input, string name)
    {
        var column = input.Schema[name];
        using var cursor = input.GetRowCursor([column]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> text = default;
        while (cursor.MoveNextOrThrow())
        {
            getter(ref text);
            yield return text.ToString();
        }
    }
}
