using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Tokenizing as a chain of ML.NET's own transformers, which is what can be saved, and custom mappings.
/// <code>
/// text ─ CopyColumns ─┬─ mapping: 1 ─ MapValue: the tokenizer as text ─┐
///                     └────────────────────────────────────────────────┴─ mapping: names of tokens ─ MapValueToKey ─ keys
/// keys ─ MapKeyToValue ─┬─ mapping: 1 ─ MapValue: the tokenizer as text ─┐
///                       └────────────────────────────────────────────────┴─ mapping: text ─ CopyColumns ─ text
/// </code>
/// </summary>
internal sealed class TextChain(IDataView data)
{
    private readonly MLContext _ml = new();
    private readonly List<ITransformer> _transformers = [];
    private IDataView _data = data;

    public void Tokenize(string output, TextMappingSettings settings)
    {
        var tokens = _ml.Data.LoadFromEnumerable(settings.Tokenizer.Vocabulary.Tokens.Select(token => new TokenName { Value = token }));
        Add(_ml.Transforms.CopyColumns(TextMappings.Text, settings.Column));
        Add(_ml.Transforms.CustomMapping(new TextMappings.OneOfText().GetMapping(), TextMappings.OneOfText.Contract));
        Add(_ml.Transforms.Conversion.MapValue(TextMappings.Tokenizer, [KeyValuePair.Create(1, settings.ToText())], TextMappings.One));
        Add(_ml.Transforms.CustomMapping(new TextMappings.Cut().GetMapping(), TextMappings.Cut.Contract));
        Add(_ml.Transforms.Conversion.MapValueToKey(output, TextMappings.Tokens, maximumNumberOfKeys: settings.Tokenizer.Vocabulary.Count, keyData: tokens));
        Add(_ml.Transforms.DropColumns(TextMappings.Text, TextMappings.One, TextMappings.Tokenizer, TextMappings.Tokens));
    }

    public void Detokenize(string output, TextMappingSettings settings)
    {
        Add(_ml.Transforms.Conversion.MapKeyToValue(TextMappings.Tokens, settings.Column));
        Add(_ml.Transforms.CustomMapping(new TextMappings.OneOfTokens().GetMapping(), TextMappings.OneOfTokens.Contract));
        Add(_ml.Transforms.Conversion.MapValue(TextMappings.Tokenizer, [KeyValuePair.Create(1, settings.ToText())], TextMappings.One));
        Add(_ml.Transforms.CustomMapping(new TextMappings.Join().GetMapping(), TextMappings.Join.Contract));
        Add(_ml.Transforms.CopyColumns(output, TextMappings.Decoded));
        Add(_ml.Transforms.DropColumns(TextMappings.Tokens, TextMappings.One, TextMappings.Tokenizer, TextMappings.Decoded));
    }

    public TransformerChain<ITransformer> ToTransformer() => new([.. _transformers]);

    private void Add(IEstimator<ITransformer> estimator)
    {
        var transformer = estimator.Fit(_data);
        _transformers.Add(transformer);
        _data = transformer.Transform(_data);
    }

    private sealed class TokenName
    {
        public string? Value { get; set; }
    }
}
