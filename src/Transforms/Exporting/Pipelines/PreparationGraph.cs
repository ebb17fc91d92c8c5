using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Text;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// What a pipeline does before its model, as a graph: from columns of the pipeline's input to inputs of the model. Columns that ML.NET has
/// keys for and that nothing makes stay inputs of the model as they are.
/// </summary>
/// <remarks>
/// Carried are TokenizeIntoWords and MapValueToKey to tokens and categories, TokenizeText of words, characters and byte pairs,
/// NormalizeMinMax and NormalizeMeanVariance of vectors and of series with a fixed number of steps, and CopyColumns. Tokenizers that
/// operators can't be written for stand in the metadata.
/// </remarks>
internal sealed class PreparationGraph
{
    /// <summary>What names of the model begin with that the graph gives.</summary>
    internal const string Given = "model/";

    private readonly FittedPipeline _pipeline;
    private readonly string _rows; // the first dimension of columns
    private readonly Dictionary<string, Value> _raw = [];

    /// <param name="pipeline">The pipeline.</param>
    /// <exception cref="NotSupportedException">It does what no file can; the message names column and transformer.</exception>
    internal PreparationGraph(FittedPipeline pipeline)
    {
        _pipeline = pipeline;
        var info = pipeline.Model.Info;
        _rows = info.Rows switch
        {
            ModelRows.Sequences => "batch",
            ModelRows.Graphs => "graphs",
            _ => "nodes",
        };
        foreach (var input in info.Inputs)
            Carry(input, input == info.Input ? pipeline.Model.MainColumn : input.Column);
        foreach (var column in pipeline.Model.EdgeColumns)
            if (_pipeline.MakerOf(column, _pipeline.ModelAt) is var (stage, _) && stage.Transformer is not ColumnCopyingTransformer)
                throw NotCarried(stage, column, "edges are indices of nodes in a file");
    }

    /// <summary>The graph; its outputs are the model's inputs that it gives.</summary>
    internal Graph Graph { get; } = new("preparation");

    /// <summary>Its inputs.</summary>
    internal List<RawInput> Inputs { get; } = [];

    /// <summary>The model's inputs that it gives.</summary>
    internal HashSet<string> Provided { get; } = [];

    /// <summary>What it does, a line a step.</summary>
    internal List<string> Steps { get; } = [];

    /// <summary>By what columns are normalized.</summary>
    internal Dictionary<string, ModelScaling> Scalings { get; } = [];

    /// <summary>Tokenizers before the model, whose ids the file reads.</summary>
    internal List<ModelTokenizer> Tokenizers { get; } = [];

    private void Carry(ModelInput input, string column)
    {
        var at = _pipeline.ModelAt;
        Value? value = input.Kind switch
        {
            SequenceKind.Tokens => Keys(input, column, at, isVector: true),
            SequenceKind.Category => Keys(input, column, at, isVector: false),
            _ => Numbers(input, column, at),
        };
        if (value is null)
            return;
        Give(input.InputName, value);
        if (input.Kind == SequenceKind.Real && input.LengthsName is { } lengths)
            Give(lengths, Op.Filled((long)input.FixedLength!, [_rows], value));
    }

    private void Give(string name, Value value)
    {
        Graph.Output(Given + name, value);
        Provided.Add(name);
    }

    // Ids of tokens [batch, time] or categories [batch]; null where the column is read as it is.
    private Value? Keys(ModelInput input, string column, int before, bool isVector)
    {
        if (_pipeline.MakerOf(column, before) is not var (stage, at))
            return null;
        switch (stage.Transformer)
        {
            case ColumnCopyingTransformer:
                return Keys(input, stage.SourcesOf(column).Single(), at, isVector);
            case TextTransformer text when text.Settings(column) is { } settings:
                if (TokenizerGraph.WhyNot(settings) is not null)
                {
                    Tokenizers.Add(ModelTokenizer.Of(input.InputName, settings));
                    return null;
                }
                var tokenizer = settings.Tokenizer;
                Steps.Add($"{column}: {tokenizer.Kind} of {settings.Column}, {tokenizer.Vocabulary.Count} tokens"
                    + (settings is { Truncates: true, MaximumLength: { } most } ? $", the first {most}" : ""));
                return TokenizerGraph.Ids(Raw(settings.Column, at, RawKind.Text), settings, column);
            case ValueToKeyMappingTransformer:
                var source = stage.SourcesOf(column).Single();
                var labels = ModelLabels.Of(stage.After[column]);
                if (labels.Values is not { } values || labels.Type is not ("String" or "Int32" or "Int64"))
                    throw NotCarried(stage, column, $"its values are of type {labels.Type ?? "unknown"}; expected text, Int32 or Int64");
                Steps.Add($"{column}: numbers of {source}, known from 1 to {values.Count}");
                return Numbered(labels.Type == "String", values, source, at, isVector);
            default:
                throw NotCarried(stage, column, "only TokenizeIntoWords, MapValueToKey, NormalizeMinMax, NormalizeMeanVariance and "
                    + "CopyColumns are known to it");
        }
    }

    private Value Numbered(bool isText, IReadOnlyList<string> values, string source, int at, bool isVector)
    {
        long[] numbers = [.. Enumerable.Range(1, values.Count).Select(number => (long)number)];
        if (!isText)
        {
            if (isVector)
                throw new NotSupportedException($"Column '{source}' holds numbers that MapValueToKey makes tokens of; expected text, or "
                    + "give them to the trainer as they are.");
            long[] keys = [.. values.Select(value => long.Parse(value, CultureInfo.InvariantCulture))];
            return Op.NumberOf(Raw(source, at, RawKind.Number), keys, numbers, 0);
        }
        if (!isVector)
            return Op.NumberOf(Raw(source, at, RawKind.Text), [.. values], numbers, 0);
        var words = Texts(source, at, out var mayHoldEmpty);
        // An empty text is no token but the padding. Callers that give words write another for an empty one.
        var known = values.Zip(numbers).Where(pair => pair.First.Length > 0).Append(("", 0L)).ToList();
        if (!mayHoldEmpty && values.ToList().IndexOf("") is >= 0 and var empty)
            known.Add(values.Contains(RawInput.EmptyWord)
                ? throw new NotSupportedException($"Column '{source}' has both '{RawInput.EmptyWord}' and an empty text among its words; "
                    + $"'{RawInput.EmptyWord}' stands for the latter in a file.")
                : (RawInput.EmptyWord, empty + 1L));
        var ids = Op.NumberOf(words, [.. known.Select(pair => pair.Item1)], [.. known.Select(pair => pair.Item2)],
            ModelInput.UnknownToken);
        return mayHoldEmpty ? PaddedTokenRows.Of(ids) : ids;
    }

    // [batch, time], filled up with empty texts
    private Value Texts(string column, int before, out bool mayHoldEmpty)
    {
        mayHoldEmpty = true;
        if (_pipeline.MakerOf(column, before) is not var (stage, at))
        {
            mayHoldEmpty = false;
            return Raw(column, before, RawKind.Texts);
        }
        if (stage.Transformer is ColumnCopyingTransformer)
            return Texts(stage.SourcesOf(column).Single(), at, out mayHoldEmpty);
        if (stage.Transformer is not WordTokenizingTransformer)
            throw NotCarried(stage, column, "only TokenizeIntoWords makes words that a file can make, too (a pipeline with TokenizeText: "
                + "export it before it is saved)");
        var source = stage.SourcesOf(column).Single();
        var separators = WordSeparators.Of(stage, column);
        if (separators.Length is 0 or > 8)
            throw NotCarried(stage, column, $"it cuts at {separators.Length} characters; expected 1 to 8");
        Steps.Add($"{column}: {source} cut at {string.Join(", ", separators.Select(c => $"U+{(int)c:X4}"))}");
        var texts = Raw(source, at, RawKind.Text);
        foreach (var separator in separators)
            texts = PaddedTokenRows.Flat(Op.SplitText(texts, separator.ToString(), $"parts_{(int)separator:X4}"));
        return texts;
    }

    // Vectors, and series with a fixed number of steps, that are normalized; null where the column is read as it is.
    private Value? Numbers(ModelInput input, string column, int before)
    {
        if (_pipeline.MakerOf(column, before) is not var (stage, at))
            return null;
        if (stage.Transformer is ColumnCopyingTransformer)
            return Numbers(input, stage.SourcesOf(column).Single(), at);
        // A node is a row, so its features are a vector.
        var isSeries = input.Kind == SequenceKind.Real && (input != _pipeline.Model.Info.Input || _rows != "nodes");
        if (stage.Transformer is not NormalizingTransformer normalizing || (isSeries && input.FixedLength is null))
            throw NotCarried(stage, column, "only NormalizeMinMax and NormalizeMeanVariance of a fixed number of features are known to it");
        var size = Math.Max(1, input.FixedLength ?? 1) * input.FeatureCount;
        var index = stage.NumberOf(column);
        if (index < 0)
            throw NotCarried(stage, column, "it replaces several columns; expected one for each");
        var (scale, offset) = normalizing.GetNormalizerModelParameters(index) switch
        {
            NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>> of => (of.Scale.ToArray(),
                of.Offset.IsDefaultOrEmpty ? new float[size] : of.Offset.ToArray()),
            NormalizingTransformer.AffineNormalizerModelParameters<float> of => ([of.Scale], [of.Offset]),
            _ => throw NotCarried(stage, column, "it is no NormalizeMinMax or NormalizeMeanVariance"),
        };
        var source = stage.SourcesOf(column).Single();
        Steps.Add($"{column}: ({source} - offset) * scale");
        Scalings[source] = new(scale, offset.Any(each => each != 0) ? offset : null);
        var normal = (Raw(source, at, RawKind.Vector, size) - Graph.Vector(offset)) * Graph.Vector(scale);
        return isSeries ? Op.Reshape(normal, [_rows, (long)input.FixedLength!, input.FeatureCount], normal) : normal;
    }

    private Value Raw(string column, int before, RawKind kind, int size = 0)
    {
        if (_pipeline.MakerOf(column, before) is var (stage, at))
            return stage.Transformer is ColumnCopyingTransformer ? Raw(stage.SourcesOf(column).Single(), at, kind, size)
                : throw NotCarried(stage, column, "what it makes is not known to it");
        if (_raw.TryGetValue(column, out var known))
            return known;
        Inputs.Add(new(column, kind, size));
        (ElementType Type, Shape Shape) tensor = kind switch
        {
            RawKind.Text => (ElementType.String, [_rows]),
            RawKind.Texts => (ElementType.String, [_rows, "time"]),
            RawKind.Number => (ElementType.Int64, [_rows]),
            _ => (ElementType.Float, [_rows, size]),
        };
        return _raw[column] = Graph.Input(column, tensor.Type, tensor.Shape);
    }

    private static NotSupportedException NotCarried(PipelineStage stage, string column, string why) =>
        new($"Column '{column}' is made by a {stage.Transformer.GetType().Name}, which the file can't do: {why}. Apply it before the "
            + $"pipeline, or export the model alone with {nameof(ModelTransformer.ExportToOnnx)}.");
}
