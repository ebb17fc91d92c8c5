using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Learns from recorded trajectories what to do to reach a return that is asked for: a Decision Transformer (Chen et al. 2021). Without
/// returns it clones behaviour.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A trajectory a row, in columns with as many steps each: states (a vector of Single, time-major, of
/// keys, Int32 or Int64), returns to go (a vector of Single; <see cref="DecisionPolicy.ReturnsToGo"/>), actions, and perhaps
/// times.</description></item>
/// <item><term>Label</term><description>The actions: a vector of keys, one a step, or a vector of Single, one or more numbers a step. The
/// network reads those before each step.</description></item>
/// <item><term>Output</term><description>Of keys <c>PredictedLabel</c> (vector of keys, one per step) and <c>Score</c> (probabilities,
/// steps × actions), of numbers <c>Score</c>; actions step by step by
/// <see cref="SequencePredictionTransformer.ToPolicy"/>.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax, or the mean squared error of standardized
/// actions.</description></item>
/// <item><term>Normalization needed</term><description>No: states, returns and actions are standardized inside the
/// model.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: a model of whole trajectories, and one of the next step with its
/// states (<see cref="SequencePredictionTransformer.ExportStepsToOnnx"/>).</description></item>
/// </list>
/// </remarks>
public sealed class DecisionTrainer : SequenceTrainer
{
    private readonly Options _options;
    private DecisionTask? _task;

    internal DecisionTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : SequenceTrainerOptions, IClassificationOptions
    {
        /// <summary>Names the columns <c>States</c> and <c>Actions</c>.</summary>
        public Options() => (SequenceColumnName, LabelColumnName) = ("States", "Actions");

        /// <summary>
        /// The column of returns to go, a vector of Single; null to clone behaviour, whatever came of it. <c>Returns</c> by default.
        /// </summary>
        public string? ReturnColumnName { get; set; } = "Returns";

        /// <summary>
        /// The column of the steps' times, a vector of Single in any unit, counted from the start; null, the default, to count steps.
        /// </summary>
        public string? TimeColumnName { get; set; }

        /// <summary>Numbers of an action, where actions are numbers; null, the default, to take them from the column, or 1.</summary>
        public int? ActionSize { get; set; }

        /// <summary>
        /// The layers: by default hidden size 64, 3 layers and 4 heads. <see cref="TransformerOptions.Window"/> counts tokens, three a step
        /// (two without returns).
        /// </summary>
        public TransformerOptions Transformer { get; set; } = new() { Hidden = 64, Layers = 3, Heads = 4, FeedForwardSize = 128,
            Activation = FeedForwardActivation.Gelu };

        /// <inheritdoc/>
        public float[]? ClassWeights { get; set; }

        /// <inheritdoc/>
        public bool BalanceClasses { get; set; }

        /// <inheritdoc/>
        public float LabelSmoothing { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            NamedOrNull(nameof(ReturnColumnName), ReturnColumnName);
            NamedOrNull(nameof(TimeColumnName), TimeColumnName);
            CheckInputs(Inputs, LabelColumnName, ReturnColumnName, TimeColumnName);
            Check(nameof(ActionSize), ActionSize is null or >= 1, ActionSize, "at least 1, or null");
            Check(nameof(Network), Network is NetworkBySize, $"'{Network.Name}'", $"the default: {nameof(Transformer)} has its sizes");
            Check(nameof(Pretrained), Pretrained is null, "set", "null: the network reads more than tokens");
            Check(nameof(Augmentation), Augmentation is null, "set", "null: returns and actions belong to the states as they are");
            NotNull(nameof(Transformer), Transformer);
            Transformer.Check();
            Check(nameof(Transformer), Transformer.Attention == SelfAttention.Full, $"with {Transformer.Attention} attention",
                $"full attention, or a {nameof(TransformerOptions.Window)}");
            NoAttention("its steps are three tokens each");
        }
    }

    private protected override LabelTask MakeTask() => _task = new(_options.LabelColumnName, _options.ActionSize, _options);

    private protected override SequenceNetwork Network => new DecisionNetwork(_options.Transformer, _options.ReturnColumnName,
        _options.LabelColumnName, _options.TimeColumnName);

    // Returns first, whose range the network is told; the label is read too, but of earlier steps alone.
    private protected override IReadOnlyList<InputColumn> Inputs =>
    [
        .. _options.ReturnColumnName is { } returns ? (InputColumn[])[InputColumn.Series(returns, 1) with
        {
            Placement = InputPlacement.Network, MatchesSteps = true,
        }] : [],
        (_task?.IsDiscrete != false ? InputColumn.Tokens(_options.LabelColumnName, _options.Transformer.Hidden)
            : InputColumn.Series(_options.LabelColumnName, _options.ActionSize)) with
        {
            Placement = InputPlacement.Network, MatchesSteps = true,
        },
        .. _options.TimeColumnName is { } times ? (InputColumn[])[InputColumn.Times(times)] : [],
        .. _options.Inputs,
    ];
}
