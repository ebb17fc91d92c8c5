using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Hides spans of tokens (<see cref="MLSeqGraphTransforms.CorruptSpans"/>). Reading a row of fewer than two tokens, or of more spans than
/// there are sentinels, throws an <see cref="InvalidDataException"/> that names column and row.
/// </summary>
public sealed class SpanCorruptionTransformer : RowTransformer
{
    private readonly string _source, _target, _input;
    private readonly SpanVocabulary _vocabulary;
    private readonly SpanCorruptionOptions _options;

    internal SpanCorruptionTransformer(string source, string target, string input, SpanVocabulary vocabulary,
        SpanCorruptionOptions options) =>
        (_source, _target, _input, _vocabulary, _options) = (source, target, input, vocabulary, options);

    private protected override RowMapping CreateMapping(DataViewSchema inputSchema)
    {
        var found = SpanVocabulary.Of(inputSchema, _input, _options.Sentinels);
        if (!found.Tokens.SequenceEqual(_vocabulary.Tokens))
            throw new ArgumentException($"Column '{_input}' has {found.OfColumn} tokens, of which some are others than the "
                + $"{_vocabulary.OfColumn} that the transformer was made for; expected the same.");
        var added = new DataViewSchema.Builder();
        _vocabulary.AddTo(added, _source, _target);
        return new(inputSchema, [_input], added.ToSchema(), row => column => Open(row, column.Name == _source));
    }

    private protected override SavedChain ToSavedChain()
    {
        var columns = new DataViewSchema.Builder();
        SpanVocabulary.Add(columns, _vocabulary.Tokens[.._vocabulary.OfColumn], _input);
        var chain = new SavedChain(columns.ToSchema());
        var keys = new MLContext().Data.LoadFromEnumerable(_vocabulary.Tokens.Select(token => new TokenName { Value = token }));
        chain.Add(chain.Transforms.Conversion.MapKeyToValue(SpanCorruptionMapping.Tokens, _input));
        chain.AddMapping(SpanCorruptionMapping.Contract, SpanCorruptionMapping.ToBytes(_input, _vocabulary, _options),
            new SpanCorruptionMapping());
        foreach (var (output, names) in ((string, string)[])[(_source, SpanCorruptionMapping.Source),
            (_target, SpanCorruptionMapping.Target)])
            chain.Add(chain.Transforms.Conversion.MapValueToKey(output, names, _vocabulary.Tokens.Length, keyData: keys));
        return chain;
    }

    private ValueGetter<VBuffer<uint>> Open(DataViewRow row, bool isSource)
    {
        var getter = row.GetGetter<VBuffer<uint>>(row.Schema.Require(_input));
        VBuffer<uint> tokens = default;
        return (ref VBuffer<uint> value) =>
        {
            getter(ref tokens);
            var (source, target) = CorruptedSpans.Of([.. tokens.DenseValues()], _vocabulary.Sentinels, _options,
                $"Column '{_input}', {RowName.Of(row)}");
            var written = isSource ? source : target;
            var editor = VBufferEditor.Create(ref value, written.Length);
            written.CopyTo(editor.Values);
            value = editor.Commit();
        };
    }

    private sealed class TokenName
    {
        public string? Value { get; set; }
    }
}
