using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Learns to draw series, step by step, such as the movements of a pen: by themselves, or for a text that they write (Graves 2013,
/// "Generating Sequences With Recurrent Neural Networks": a mixture density network, Bishop 1994, on layers of LSTM).
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A series a row, a vector of Single (features, time-major), real numbers before those that are 0 or
/// 1; perhaps its text, a vector of keys. A pen is best given by its movements, not its places.</description></item>
/// <item><term>Label</term><description>None: each step is told from those before it.</description></item>
/// <item><term>Output</term><description><c>Score</c>, a vector of Single: the logarithm of the density of each step given those before it
/// and the text, in nats, in the units of the data; the last step's includes that the series ends. Series are drawn by
/// <see cref="SequencePredictionTransformer.ToGenerator"/>.</description></item>
/// <item><term>Loss</term><description>Minus the log-density of a standardized step, in nats.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: a model of whole series, and one of the next step with its states
/// (<see cref="SequencePredictionTransformer.ExportStepsToOnnx"/>).</description></item>
/// </list>
/// </remarks>
public sealed class SeriesGenerationTrainer : SequenceTrainer
{
    private readonly Options _options;

    internal SeriesGenerationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions
    {
        /// <summary>Sets what such networks learn well with, in some thousand steps: they learn slowly at first.</summary>
        public Options() => (LearningRate, BatchSize, GradientClipNorm) = (3e-3f, 32, 1);

        /// <summary>
        /// The column of texts that the series write, vectors of keys, Int32 or Int64; null, the default, for series by themselves.
        /// </summary>
        public string? TextColumnName { get; set; }

        /// <summary>How many of the features, the last ones, are 0 or 1, such as whether a pen is lifted; 0 by default.</summary>
        public int BinaryFeatures { get; set; }

        /// <summary>Normal distributions in the mixture that describes a step's real numbers, 20 by default.</summary>
        public int Components { get; set; } = 20;

        /// <summary>Components of the window over the text, 10 by default.</summary>
        public int WindowComponents { get; set; } = 10;

        /// <summary>The layers; two of 128 units unless others are given.</summary>
        public LstmOptions Layers { get; set; } = new() { Layers = 2 };

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NamedOrNull(nameof(TextColumnName), TextColumnName);
            CheckInputs(nameof(SequenceColumnName), Inputs, SequenceColumnName, TextColumnName);
            AtLeast(nameof(BinaryFeatures), BinaryFeatures, 0);
            AtLeast(nameof(Components), Components, 1);
            AtLeast(nameof(WindowComponents), WindowComponents, 1);
            NotNull(nameof(Layers), Layers);
            Layers.Check();
            Check(nameof(Layers), !Layers.Bidirectional, "of both directions", "one direction: what comes isn't known yet");
            Check(nameof(Layers), !Layers.LearnedInitialStates, $"with {nameof(LstmOptions.LearnedInitialStates)}", "without: the first "
                + "step begins at zeros");
            Check(nameof(LabelColumnName), LabelColumnName == "Label", LabelColumnName,
                "what it is by default: the series is its own label");
            Check(nameof(Network), Network is NetworkBySize, $"'{Network.Name}'", $"the default: {nameof(Layers)} has its sizes");
            Check(nameof(Pretrained), Pretrained is null, "set", "null: the network reads a series");
            Check(nameof(Augmentation), Augmentation is null, "set", "null: the series is what is to be told");
            Check(nameof(AllowMissingValues), !AllowMissingValues, AllowMissingValues, "false: each step is told whole");
            Check(nameof(Inputs), Inputs.All(input => input.Kind.IsRow() && input.Shape is null
                && input.Placement is null or InputPlacement.Steps), "with others than vectors and categories beside each step",
                "such, which are known before a series begins");
            NoAttention("its window is over a text");
        }
    }

    private protected override string LabelColumnName => _options.SequenceColumnName;

    private protected override LabelTask MakeTask() =>
        new SeriesGenerationTask(_options.SequenceColumnName, _options.FeatureCount, _options.BinaryFeatures, _options.Components);

    private protected override SequenceNetwork Network => new SeriesGenerationNetwork(_options.Layers, _options.WindowComponents,
        _options.TextColumnName, _options.BinaryFeatures, _options.Components);

    private protected override IReadOnlyList<InputColumn> Inputs =>
    [
        .. _options.TextColumnName is { } text ? (InputColumn[])[InputColumn.Tokens(text, _options.EmbeddingSize) with
        {
            Placement = InputPlacement.Network,
        }] : [],
        .. _options.Inputs,
    ];
}
