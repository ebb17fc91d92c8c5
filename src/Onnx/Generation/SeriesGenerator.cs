namespace MLSeqGraph.Onnx;

/// <summary>
/// Draws series step by step from an exported model (Graves 2013), with ONNX Runtime only: such as the movements of a pen that writes a
/// text. States are kept, so a step costs one run of the model over that step. Several threads may draw from one generator at the same
/// time.
/// </summary>
public sealed class SeriesGenerator : IDisposable
{
    private readonly StepModel _model;
    private readonly MixtureLayout _layout;

    private SeriesGenerator(StepModel model)
    {
        _model = model;
        try
        {
            Info = SeriesGenerationInfo.FromMetadata(model.Metadata);
            var series = model.Inputs.FirstOrDefault(input => input.Name == Info.Series);
            if (series is not { Type: ElementType.Float, Shape.Rank: 3 } || !series.Shape[2].IsKnown
                || (Info.Text is not null && model.Constants.All(input => input.Name != Info.Text)))
                throw new InvalidDataException($"The model's metadata '{SeriesGenerationInfo.Key}' names the series '{Info.Series}' and "
                    + $"the text '{Info.Text}'; expected inputs of the model: {string.Join("; ", model.Inputs.Concat(model.Constants))}.");
            FeatureCount = (int)series.Shape[2].Size;
            _layout = new(FeatureCount - Info.BinaryFeatures, Info.BinaryFeatures, Info.Components);
            if (_layout.Real < 1 || _layout.Count != model.Outputs)
                throw new InvalidDataException($"The model gives {model.Outputs} numbers for each step; expected {_layout.Count}, those of "
                    + $"{Info.Components} components, {FeatureCount} features, {Info.BinaryFeatures} of them binary.");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What the model reads.</summary>
    public SeriesGenerationInfo Info { get; }

    /// <summary>Numbers of a step.</summary>
    public int FeatureCount { get; }

    /// <summary>Loads a model of the next steps.</summary>
    /// <param name="path">The file that <c>ExportStepsToOnnx</c> wrote.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a file is accepted whose content has another digest than its metadata says.</param>
    /// <exception cref="OnnxFileException">The file is missing or not a model.</exception>
    /// <exception cref="InvalidDataException">It doesn't draw series, or was changed since it was written.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static SeriesGenerator Load(string path, ExecutionTarget? target = null, bool acceptEdited = false) =>
        new(StepModel.Load(path, target, acceptEdited));

    /// <inheritdoc cref="Load(string, ExecutionTarget?, bool)" path="/*[not(self::param)]"/>
    /// <param name="model">The file's bytes.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a model is accepted whose content has another digest than its metadata says.</param>
    public static SeriesGenerator Load(byte[] model, ExecutionTarget? target = null, bool acceptEdited = false) =>
        new(StepModel.Load(model, target, acceptEdited));

    /// <summary>Draws series, of a model that is given no text.</summary>
    /// <param name="count">Their number.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="others">Further inputs by name, [series, ..] each; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">The model reads a text, or an input or option doesn't fit.</exception>
    public IReadOnlyList<GeneratedSeries> Generate(int count, SeriesGenerationOptions? options = null,
        IReadOnlyDictionary<string, TensorData>? others = null, CancellationToken cancellation = default)
    {
        if (Info.Text is not null)
            throw new ArgumentException($"The model writes what it reads in '{Info.Text}': expected a text for each series.");
        if (count < 1)
            throw new ArgumentException($"There are {count} series to draw; expected at least 1.");
        return Draw(count, options ?? new(), new Dictionary<string, TensorData>(), others, cancellation);
    }

    /// <summary>Draws a series for each text.</summary>
    /// <param name="texts">
    /// Tokens of each: the keys of the column it was trained on, which count from 1; where it held whole numbers, these plus 1.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="others">Further inputs by name, [series, ..] each; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ArgumentException">
    /// The model reads no text, a text is empty or has an unknown token, or an input or option doesn't fit.
    /// </exception>
    public IReadOnlyList<GeneratedSeries> Generate(IReadOnlyList<long[]> texts, SeriesGenerationOptions? options = null,
        IReadOnlyDictionary<string, TensorData>? others = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (Info.Text is not { } name)
            throw new ArgumentException("The model reads no text: expected a number of series.");
        if (texts.Count == 0 || texts.Contains(null!))
            throw new ArgumentException($"There are {(texts.Count == 0 ? "no texts" : "texts that are null")}; expected at least 1.");
        var longest = texts.Max(text => text.Length);
        var tokens = new long[texts.Count * longest];
        for (var row = 0; row < texts.Count; row++)
        {
            if (texts[row].Length == 0)
                throw new ArgumentException($"Text {row} is empty; expected at least 1 token.");
            if (Array.FindIndex(texts[row], token => token < 1 || token >= Info.TokenCount) is var at and >= 0)
                throw new ArgumentException($"Text {row} has the token {texts[row][at]}; expected 1 to {Info.TokenCount - 1}.");
            texts[row].CopyTo(tokens, row * longest);
        }
        return Draw(texts.Count, options ?? new(), new Dictionary<string, TensorData>
        {
            [name] = TensorData.Create(tokens, texts.Count, longest),
        }, others, cancellation);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => _model.Dispose();

    private GeneratedSeries[] Draw(int rows, SeriesGenerationOptions options, Dictionary<string, TensorData> constants,
        IReadOnlyDictionary<string, TensorData>? others, CancellationToken cancellation)
    {
        options.Check(rows, FeatureCount, Info.BinaryFeatures);
        using var run = _model.Start(rows, options.MaximumSteps, constants);
        var before = new float[rows * FeatureCount];
        var inputs = new Dictionary<string, TensorData>(others ?? new Dictionary<string, TensorData>())
        {
            [Info.Series] = TensorData.Create(before, rows, 1, FeatureCount),
        };
        SplitMix64[] draws = [.. Enumerable.Range(0, rows).Select(row => SplitMix64.OfItem(options.Seed, row))];
        List<float>[] steps = [.. Enumerable.Range(0, rows).Select(_ => new List<float>())];
        var ended = new bool[rows];
        for (var step = 0; step < options.MaximumSteps && ended.Contains(false); step++)
        {
            var numbers = run.Step(inputs, 1, cancellation).As<float>();
            for (var row = 0; row < rows; row++)
            {
                if (ended[row])
                    continue;
                var next = before.AsSpan(row * FeatureCount, FeatureCount);
                var start = options.Starts?[row] ?? [];
                if (step * FeatureCount < start.Length)
                    start.AsSpan(step * FeatureCount, FeatureCount).CopyTo(next);
                else
                    ended[row] = _layout.Draw(numbers.AsSpan(row * _layout.Count, _layout.Count), options.Bias, ref draws[row], next);
                steps[row].AddRange(next);
            }
        }
        return [.. steps.Select((drawn, row) => new GeneratedSeries([.. drawn], ended[row]))];
    }
}
